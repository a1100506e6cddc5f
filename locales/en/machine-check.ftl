# Texts of machine-check; see main.ftl.

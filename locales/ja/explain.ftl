# Texts of explain; see main.ftl.

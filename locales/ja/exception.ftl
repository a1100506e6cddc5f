# Texts of exception; see main.ftl.

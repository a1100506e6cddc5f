# The Japanese texts: the same keys as locales/en/main.ftl.

from django.apps import AppConfig


class TechpackConfig(AppConfig):
    name = "techpack"

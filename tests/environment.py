"""Loaded by pytest before Django: the suite always runs with the settings of APP_ENV=test."""

import os

os.environ["APP_ENV"] = "test"

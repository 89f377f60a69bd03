"""What the desk does not see: tables that libraries register and this site does not use."""

from django.contrib import admin
from taggit.models import Tag as UnusedTag

admin.site.unregister(UnusedTag)

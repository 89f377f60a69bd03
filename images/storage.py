"""Where originals lie: on this machine's disk, without any address."""

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files that nothing links to and nothing serves."""

    def url(self, name):
        raise ValueError("An original picture is private and has no address.")

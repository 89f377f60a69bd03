"""Pictures on a store that speaks S3 (moto's server): they come in, get their sizes, are served, end, and stay private."""

import json
import os
import subprocess
import sys

import boto3
import pytest

from tests.delivery.running import ROOT, wait_until
from tests.processes import database_url, free_port

KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cret", "region_name": "eu-central-1"}
SCRIPT = """
import json
import django; django.setup()
from datetime import timedelta
from django.core.files.storage import default_storage, storages
from django.test import Client
from django.utils import timezone
from images import jobs, library
from images.models import Image
from tests.factories import make_user
from tests.images import files
image = library.take_in(files.halves("PNG", (1400, 700)), name="bridge.png", by=make_user("petra", "picture desk"))
jobs.make_renditions()
image = Image.objects.get(pk=image.pk)
address = default_storage.url(image.rendition_name(320, "jpeg"))
def get(address):
    answer = Client().get(address)
    return [answer.status_code, answer.headers["Content-Type"], len(answer.content) > 500]
told = {"address": address, "served": get(address), "original": image.file.read() == files.halves("PNG", (1400, 700))}
told["missing"] = get(address.replace("-320", "-321"))[0]
try:
    told["url"] = image.file.url
except ValueError as error:
    told["url"] = str(error)
told["names"] = [image.file.name, image.rendition_name(320, "jpeg")]
Image.objects.filter(pk=image.pk).update(licence_until=timezone.now() - timedelta(seconds=1))
jobs.take_offline()
told["ended"] = get(address)[0]
print(json.dumps(told))
"""


@pytest.fixture
def bucket(tmp_path):
    """(the setting that names it, a client of its own) of an empty bucket."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **KEYS)
        wait_until(lambda: _answers(port), "moto's server")
        client.create_bucket(
            Bucket="pictures", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield f"http://key:se%2Fcret@127.0.0.1:{port}/pictures?region=eu-central-1", client
    finally:
        server.terminate()
        server.wait(20)


def _answers(port):
    import socket

    with socket.create_connection(("127.0.0.1", port), 1):
        return True


@pytest.mark.django_db(transaction=True)
def test_pictures_lie_on_the_store_and_readers_get_them_from_the_site(bucket, tmp_path):
    setting, client = bucket
    environment = {
        **os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings", "MEDIA_S3": setting,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    original, rendition = told["names"]
    assert told["address"] == f"/media/{rendition}"
    assert told["served"] == [200, "image/jpeg", True] and told["original"] is True
    assert told["url"] == "An original picture is private and has no address."
    assert (told["missing"], told["ended"]) == (404, 404)
    there = [row["Key"] for row in client.list_objects_v2(Bucket="pictures")["Contents"]]
    assert there == [f"originals/{original}"]  # the sizes went with the rights
    grants = client.get_object_acl(Bucket="pictures", Key=there[0])["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    assert "URI" not in grants[0]["Grantee"]  # the owner's alone, nobody else's


def test_a_setting_that_names_no_bucket_is_refused(tmp_path):
    from tests.test_settings import PRODUCTION, manage

    done = manage("check", data_dir=tmp_path, **PRODUCTION, MEDIA_S3="https://s3.example/bucket")
    assert "MEDIA_S3 has to be https://KEY:SECRET@host/bucket, perhaps with ?region=NAME." in done.stderr

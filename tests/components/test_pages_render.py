import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/gallery/form/", "/gallery/form/?wrong", "/gallery/public/"])
def test_the_gallery_renders(gallery, client, address):
    response = client.get(address)
    assert response.status_code == 200

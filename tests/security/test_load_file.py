"""What ``make bench`` uploads is a file that the portal takes: else the load would be measured on refusals."""

import io

from starlette.datastructures import UploadFile

from benchmarks.load import PDF, UPLOAD_BYTES
from portal.uploads import check_upload


def test_the_scan_of_the_load_is_taken_and_has_its_size() -> None:
    assert len(PDF) == UPLOAD_BYTES
    assert check_upload(UploadFile(io.BytesIO(PDF), size=len(PDF), filename="Báo cáo.pdf"), 20)[1] == "application/pdf"

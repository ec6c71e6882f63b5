from __future__ import annotations

from pathlib import Path

import pytest

from fake_host.clinic.documents import DocumentsRoot


@pytest.fixture
def documents(tmp_path: Path) -> DocumentsRoot:
    (tmp_path / "secret").mkdir()
    return DocumentsRoot(tmp_path / "root")


def test_that_a_folder_counts_only_when_something_lies_in_it(documents: DocumentsRoot) -> None:
    assert documents.folder("001954") is None
    assert not documents.has_documents("001954")

    folder = documents.make_folder("001954")
    assert documents.folder("001954") == folder
    assert not documents.has_documents("001954")

    (folder / "Consentimiento.pdf").touch()
    assert documents.has_documents("001954")


@pytest.mark.parametrize(
    "code",
    [
        "..",
        ".",
        "",
        "../secret",
        "a/b",
        "a\\b",
        "/etc",
        "C:",
        "c:x",
        "\\\\host\\x",
        "CON",
        "nul.txt",
        "a.",
        " a",
        "a\0",
    ],
)
def test_that_a_code_never_leads_out_of_the_root(documents: DocumentsRoot, code: str) -> None:
    documents.path.mkdir()

    assert documents.folder(code) is None
    with pytest.raises(ValueError, match="cannot name a folder"):
        documents.make_folder(code)


def test_that_a_link_out_of_the_root_is_not_followed(documents: DocumentsRoot, tmp_path: Path) -> None:
    documents.path.mkdir()
    (documents.path / "001954").symlink_to(tmp_path / "secret", target_is_directory=True)

    assert documents.folder("001954") is None


def test_that_a_file_in_the_place_of_a_folder_is_no_folder(documents: DocumentsRoot) -> None:
    documents.path.mkdir()
    (documents.path / "001954").touch()

    assert documents.folder("001954") is None
    assert not documents.has_documents("001954")

"""The patients' documents: one root, and in it one folder per patient, named by the patient's code."""

from __future__ import annotations

import re
from pathlib import Path

# Names that mean a device on Windows, whatever comes after a dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*(\.[0-9A-Za-z_-]+)*")


class DocumentsRoot:
    """Finds documents folders, and never one outside its root.

    A code is what somebody typed or imported, so it only names a folder when it is a plain name: no separators, no
    drive, no device, no dot at either end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def folder(self, patient_code: str) -> Path | None:
        """Give the patient's documents folder if there is one."""
        place = self._place(patient_code)
        return place if place is not None and place.is_dir() else None

    def has_documents(self, patient_code: str) -> bool:
        """Tell whether the folder exists and holds anything; one that cannot be read counts as empty."""
        try:
            folder = self.folder(patient_code)
            return folder is not None and next(folder.iterdir(), None) is not None
        except OSError:
            return False

    def make_folder(self, patient_code: str) -> Path:
        """Make the patient's folder where it is missing.

        Raises:
            ValueError: When the code cannot name a folder.
        """
        place = self._place(patient_code)
        if place is None:
            raise ValueError(f"the code {patient_code!r} cannot name a folder")
        place.mkdir(parents=True, exist_ok=True)
        return place

    def _place(self, patient_code: str) -> Path | None:
        if not _PLAIN_NAME.fullmatch(patient_code) or _DEVICES.fullmatch(patient_code):
            return None
        root = self.path.resolve()
        place = (root / patient_code).resolve()  # a link may point anywhere
        return place if place.parent == root else None

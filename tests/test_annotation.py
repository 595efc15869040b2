import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow import CLASSES, HedgerowError
from hedgerow.annotation.formats import FORMATS
from hedgerow.annotation.label_studio import labelling_config
from hedgerow.annotation.rows import RowFile, read_rows
from hedgerow.annotation.tasks import JUDGEMENT_LABELS, SPAN_LABELS, build_tasks
from hedgerow.annotation.votes import add_votes
from hedgerow.cli import main
from hedgerow.records import Document
from hedgerow.rows import from_row

"""All defects, by name."""

from collections.abc import Mapping

from tests.defects.code.deciding import DECIDING_DEFECTS
from tests.defects.code.publishing import PUBLISHING_DEFECTS
from tests.defects.code.subscribing import SUBSCRIBING_DEFECTS
from tests.defects.defect import Defect
from tests.defects.wire.reading import READING
from tests.defects.wire.sending import SENDING
from tests.defects.wire.storing import STORING

CODE = (*PUBLISHING_DEFECTS, *DECIDING_DEFECTS, *SUBSCRIBING_DEFECTS)
WIRE = (*SENDING, *STORING, *READING)
DEFECTS: Mapping[str, Defect] = {defect.name: defect for defect in (*CODE, *WIRE)}

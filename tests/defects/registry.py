"""All defects, by name."""

from collections.abc import Mapping

from tests.defects.code.deactivating import DEACTIVATING_DEFECTS
from tests.defects.code.deciding import DECIDING_DEFECTS
from tests.defects.code.generalising import GENERALISING_DEFECTS
from tests.defects.code.publishing import PUBLISHING_DEFECTS
from tests.defects.code.recovering import RECOVERING_DEFECTS
from tests.defects.code.subscribing import SUBSCRIBING_DEFECTS
from tests.defects.code.totalling import TOTALLING_DEFECTS
from tests.defects.defect import Defect
from tests.defects.wire.altering import ALTERING
from tests.defects.wire.projecting import PROJECTING
from tests.defects.wire.reading import READING
from tests.defects.wire.sending import SENDING
from tests.defects.wire.storing import STORING

CODE = (
    *PUBLISHING_DEFECTS,
    *DECIDING_DEFECTS,
    *GENERALISING_DEFECTS,
    *SUBSCRIBING_DEFECTS,
    *TOTALLING_DEFECTS,
    *DEACTIVATING_DEFECTS,
    *RECOVERING_DEFECTS,
)
WIRE = (*SENDING, *ALTERING, *STORING, *PROJECTING, *READING)
DEFECTS: Mapping[str, Defect] = {defect.name: defect for defect in (*CODE, *WIRE)}

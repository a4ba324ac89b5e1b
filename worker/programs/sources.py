"""Where the numbers come from; told with every program."""

from typing import Final

SOURCES: Final[tuple[str, ...]] = (
    "Pelland et al. 2024, weekly sets and frequency for size and strength, 67 studies "
    "(doi 10.1007/s40279-025-02344-w): a set counts 1 for a primary and 0.5 for a secondary muscle.",
    "Renaissance Periodization, training volume landmarks (2017-19): MV, MEV, MAV and MRV by muscle.",
    "Reactive Training Systems, RPE chart (Tuchscherer 2008): repetitions, RPE and share of 1RM.",
    "Moesgaard et al. 2022, periodized and undulating training for strength and size, meta-analysis.",
    "Singer et al. 2024, rest between sets and muscle growth, meta-analysis.",
    "Rogerson et al. 2024, deload practice of 246 strength and physique athletes; Coleman et al. 2024, a week off.",
)
TAPER: Final = "Pritchard et al. 2015, tapering for maximal strength: volume down 30-70%, load kept."
AGE: Final = "Borde et al. 2015, strength training from 65 on, meta-analysis: 2-3 sets, 70-79% of 1RM."
SLEEP: Final = "Craven et al. 2022, sleep loss and performance, meta-analysis: -7.6% at six hours or less."
DEFICIT: Final = (
    "Murphy & Koehler 2022, energy deficit and resistance training, meta-analysis: strength keeps, lean mass may not."
)
TIME: Final = "Iversen et al. 2021, no time to lift: least effective training and supersets."
AUTOREGULATION: Final = "Hickmott et al. 2022, autoregulated loads: 2% for each half RPE off target."
EFFORT: Final = "Halperin et al. 2022, people under-predict the repetitions they have left by about one."
CLEARANCE: Final = "PAR-Q+ (2023): questions that call for medical clearance."
PROGRESS: Final = (
    "American College of Sports Medicine 2009, position stand on progression models in resistance training: gains by "
    "training status."
)
NOVICES: Final = "American College of Sports Medicine 2009: 8-12 repetitions and moderate loads for novices."
SET_PROGRESSION: Final = (
    "Israetel, Hoffmann & Smith 2021: sets rise or fall with soreness and performance, up to the MRV."
)

//! Words on which the meaning of a sentence turns, in English and German.
//!
//! They are looked for in texts of all languages: a false alarm costs a look, a missed one more.

/// Comparators; of several words, the longest counts.
pub(super) const COMPARATORS: &[&str] = &[
    "<", ">", "<=", ">=", "≤", "≥", "=", "±", "~", "≈", "less than", "fewer than", "lower than",
    "smaller than", "shorter than", "more than", "greater than", "larger than", "longer than",
    "higher than", "at least", "at most", "no more than", "no less than", "not more than",
    "not less than", "no fewer than", "up to", "as many as", "under", "over", "above", "below",
    "between", "exceeding", "minimum", "maximum", "weniger als", "kleiner als", "kürzer als",
    "mehr als", "größer als", "länger als", "höher als", "mindestens", "höchstens", "wenigstens",
    "nicht mehr als", "bis zu", "unter", "über", "zwischen",
];

/// Negations, and what excludes.
pub(super) const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot",
    "except", "unless", "unable", "impossible", "nicht", "nie", "niemals", "nichts", "ohne",
    "weder", "noch", "außer", "unmöglich",
];

/// Numbers in words.
pub(super) const NUMBER_WORDS: &[&str] = &[
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fifteen", "twenty", "thirty", "forty", "fifty", "hundred", "thousand", "million", "half",
    "once", "twice", "double", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun",
    "zehn", "elf", "zwölf", "zwanzig", "dreißig", "fünfzig", "hundert", "tausend", "einmal",
    "zweimal", "dreimal", "hälfte", "halb", "doppelt",
];

/// Units that may stand behind a number.
pub(super) const UNITS: &[&str] = &[
    "%", "‰", "percent", "prozent", "ng", "µg", "ug", "mcg", "mg", "g", "kg", "µl", "ul", "ml",
    "cl", "dl", "l", "mmol", "mol", "nmol", "µmol", "mmol/l", "mg/dl", "g/dl", "g/l", "mg/kg",
    "mg/m²", "mg/m2", "mg/ml", "µg/l", "ng/ml", "nm", "µm", "mm", "cm", "m", "km", "mm²", "cm²",
    "m²", "mm³", "cm³", "°c", "°f", "°", "gy", "cgy", "mgy", "sv", "msv", "bq", "mbq", "gbq",
    "iu", "ie", "u", "meq", "mmhg", "kpa", "kcal", "s", "sec", "second", "seconds", "sekunde",
    "sekunden", "min", "minute", "minutes", "minuten", "h", "hour", "hours", "stunde", "stunden",
    "d", "day", "days", "tag", "tage", "tagen", "week", "weeks", "woche", "wochen", "month",
    "months", "monat", "monate", "monaten", "year", "years", "jahr", "jahre", "jahren", "times",
    "mal", "fold",
];

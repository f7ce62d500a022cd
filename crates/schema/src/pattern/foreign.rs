//! Syntax of regular expressions that ECMA-262 lacks. The engine here has a meaning for it, and others
//! have another one or refuse it; in the schemas of a dataset it is an error.

/// What ECMA-262 lacks, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// As it is written.
    pub(crate) construct: String,
    pub(crate) help: &'static str,
}

/// The first such construct in a pattern that the engine takes.
pub(crate) fn foreign(pattern: &str) -> Option<Foreign> {
    let mut rest = pattern;
    let mut is_in_class = false;
    // Whether what stands before has been repeated already, so that a `?` makes it lazy and no more.
    let mut repeated = Repeated::No;
    while let Some(first) = rest.chars().next() {
        let (length, fault) = match first {
            '\\' => escape(rest, is_in_class),
            '[' if is_in_class => {
                let end = rest.find(']').map_or(rest.len(), |end| end + 1);
                (
                    end,
                    Some("write `\\[` for the sign; a class has no classes in it"),
                )
            }
            '[' => {
                is_in_class = true;
                class_start(rest)
            }
            ']' if is_in_class => {
                is_in_class = false;
                (1, None)
            }
            ']' => (1, Some("write `\\]` for the sign")),
            '}' if !is_in_class => (1, Some("write `\\}` for the sign")),
            '&' | '-' | '~' if is_in_class && is_twice(rest) => {
                (2, Some("write out the characters that are meant"))
            }
            '(' if !is_in_class => group(rest),
            '{' if !is_in_class && rest.starts_with("{,") => {
                (2, Some("write the least number too: `{0,`"))
            }
            other => (other.len_utf8(), None),
        };
        let (mut length, mut fault) = (length, fault);
        if !is_in_class {
            if let Some(quantifier) = quantifier(rest) {
                length = quantifier;
                let is_lazy = first == '?' && repeated == Repeated::Once;
                if repeated != Repeated::No && !is_lazy {
                    fault = Some("put what is repeated twice into a group: `(?:…)`");
                }
                repeated = match is_lazy {
                    true => Repeated::Lazily,
                    false => Repeated::Once,
                };
            } else {
                repeated = Repeated::No;
            }
        }
        if let Some(help) = fault {
            let construct = rest[..length].to_owned();
            return Some(Foreign { construct, help });
        }
        rest = &rest[length..];
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeated {
    No,
    Once,
    Lazily,
}

/// Whether a sign stands twice in a row: so written, the engine takes classes together or apart.
fn is_twice(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    bytes.get(1) == bytes.first()
}

/// How long what begins a pattern is, and what to write instead where ECMA-262 lacks it.
type Judged = (usize, Option<&'static str>);

fn escape(rest: &str, is_in_class: bool) -> Judged {
    /// What may stand behind a backslash, as far as it was not judged before.
    const KNOWN: &str = r"bBcdDfknpPrsStuvwWx0123456789^$\.*+?()[]{}|/";
    let Some(next) = rest[1..].chars().next() else {
        return (1, None);
    };
    let length = 1 + next.len_utf8();
    let behind = &rest[length..];
    match next {
        'A' => (length, Some("write `^`")),
        'z' => (length, Some("write `$`")),
        'a' => (length, Some("write `\\x07`")),
        'b' | 'B' if behind.starts_with('{') => {
            let end = behind.find('}').map_or(0, |end| end + 1);
            (length + end, Some("write `\\b`"))
        }
        'x' | 'U' if next == 'U' || behind.starts_with('{') => {
            let end = behind.find('}').filter(|_| next == 'x');
            let end = end.map_or(0, |end| end + 1);
            (
                length + end,
                Some("write `\\u` with four digits, or the character itself"),
            )
        }
        'p' | 'P' if !behind.starts_with('{') => {
            (length, Some("write the name in braces: `\\p{L}`"))
        }
        'p' | 'P' => {
            let end = behind.find('}').map_or(behind.len(), |end| end + 1);
            let name = behind[..end].trim_start_matches('{').trim_end_matches('}');
            let help = "write the name as ECMA-262 has it, such as `\\p{L}` or `\\p{Script=Greek}`";
            (length + end, (!is_property(name)).then_some(help))
        }
        known if KNOWN.contains(known) => (length, None),
        '-' if is_in_class => (length, None),
        _ => (length, Some("write the sign without the backslash")),
    }
}

/// Whether ECMA-262 knows a property by this name, or by a name and value; which scripts there are is left
/// to the engine.
fn is_property(name: &str) -> bool {
    match name.split_once('=') {
        Some(("General_Category" | "gc", value)) => is_listed(CATEGORIES, value),
        Some(("Script" | "sc" | "Script_Extensions" | "scx", _)) => true,
        Some(_) => false,
        None => is_listed(CATEGORIES, name) || is_listed(PROPERTIES, name),
    }
}

fn is_listed(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|listed| listed == name)
}

/// The general categories: the short and the long names in `PropertyValueAliases.txt` of Unicode 16.
const CATEGORIES: &str = "
    C Other Cc Control cntrl Cf Format Cn Unassigned Co Private_Use Cs Surrogate
    L Letter LC Cased_Letter Ll Lowercase_Letter Lm Modifier_Letter Lo Other_Letter
    Lt Titlecase_Letter Lu Uppercase_Letter
    M Mark Combining_Mark Mc Spacing_Mark Me Enclosing_Mark Mn Nonspacing_Mark
    N Number Nd Decimal_Number digit Nl Letter_Number No Other_Number
    P Punctuation punct Pc Connector_Punctuation Pd Dash_Punctuation Pe Close_Punctuation
    Pf Final_Punctuation Pi Initial_Punctuation Po Other_Punctuation Ps Open_Punctuation
    S Symbol Sc Currency_Symbol Sk Modifier_Symbol Sm Math_Symbol So Other_Symbol
    Z Separator Zl Line_Separator Zp Paragraph_Separator Zs Space_Separator
";

/// The binary properties: table "Binary Unicode property aliases" of ECMA-262.
const PROPERTIES: &str = "
    ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M
    Case_Ignorable CI Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM
    Changes_When_Lowercased CWL Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT
    Changes_When_Uppercased CWU Dash Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia
    Emoji Emoji_Component EComp Emoji_Modifier EMod Emoji_Modifier_Base EBase Emoji_Presentation EPres
    Extended_Pictographic ExtPict Extender Ext Grapheme_Base Gr_Base Grapheme_Extend Gr_Ext Hex_Digit
    Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue IDC ID_Start IDS Ideographic
    Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math Noncharacter_Code_Point
    NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark Radical
    Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term
    Unified_Ideograph UIdeo Uppercase Upper Variation_Selector VS White_Space space XID_Continue XIDC
    XID_Start XIDS
";

/// The start of a class: a `]` right behind it ends it in ECMA-262, and stands for itself elsewhere.
fn class_start(rest: &str) -> Judged {
    let length = if rest.starts_with("[^") { 2 } else { 1 };
    match rest[length..].starts_with(']') {
        true => (length + 1, Some("write `\\]` for the sign")),
        false => (length, None),
    }
}

fn group(rest: &str) -> Judged {
    const KNOWN: [&str; 6] = ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<"];
    if !rest.starts_with("(?") {
        return (1, None);
    }
    if let Some(known) = KNOWN.iter().find(|known| rest.starts_with(**known)) {
        return (known.len(), None);
    }
    let end = rest.find(['>', ')', ':']).map_or(rest.len(), |end| end + 1);
    let help = match rest.starts_with("(?P<") {
        true => "write `(?:…)`: nothing asks for the name of a group",
        false => "write the pattern so that it needs no flags",
    };
    (end, Some(help))
}

/// The length of a quantifier without what makes it lazy.
fn quantifier(rest: &str) -> Option<usize> {
    match rest.chars().next()? {
        '*' | '+' | '?' => Some(1),
        '{' => rest.find('}').map(|end| end + 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ecma_262_lacks_is_named() {
        for (pattern, construct) in [
            (r"\Aa", r"\A"),
            (r"a\z", r"\z"),
            (r"(?x) a b", "(?x)"),
            ("(?i:a)", "(?i:"),
            ("(?P<n>a)", "(?P<n>"),
            ("a++", "+"),
            ("a+*", "*"),
            ("a{2}{3}", "{3}"),
            ("a+??", "?"),
            ("[[:alpha:]]", "[:alpha:]"),
            ("[a-z&&[^b]]", "&&"),
            (r"[\w--a]", "--"),
            ("[a~~b]", "~~"),
            (r"\p{Greek}", r"\p{Greek}"),
            (r"[\P{letter}]", r"\P{letter}"),
            (r"\p{Age=3.0}", r"\p{Age=3.0}"),
            ("[a[b]]", "[b]"),
            ("[]a]", "[]"),
            ("[^]a]", "[^]"),
            (r"\<a", r"\<"),
            (r"a\-b", r"\-"),
            (r"\b{start}a", r"\b{start}"),
            (r"\x{e4}", r"\x{e4}"),
            (r"\pL", r"\p"),
            ("a{,3}", "{,3}"),
            ("[ab]{2}]?", "]"),
            ("a{2}}", "}"),
            ("ä\\é", r"\é"),
        ] {
            let found = foreign(pattern).map(|foreign| foreign.construct);
            assert_eq!(found.as_deref(), Some(construct), "{pattern}");
        }
    }

    #[test]
    fn what_it_has_is_left_alone() {
        for pattern in [
            "^[a-z0-9]+(-[a-z0-9]+)*$",
            r"^[^./\\:][^/\\:]*(/[^./\\:][^/\\:]*)*$",
            "^(/([^/~]|~[01])*)*$",
            r"a+?b*?c??d{2,3}?",
            "(?:a+)+",
            "(?<name>a)(?:b)",
            r"[\]\[\-^&|~+*?{(]",
            r"[A-Za-z0-9.+:() -]*",
            r"\d\D\w\W\s\S\b\B\n\t\x41\u00e4\p{L}\P{L}\/\.\{\}",
            "a&&b{2,}--~~",
            r"\p{Script=Greek}[\p{Lowercase_Letter}\P{gc=Nd}]\p{Alphabetic}",
            "",
            "\\",
        ] {
            assert_eq!(foreign(pattern), None, "{pattern}");
        }
    }
}

//! The collections of the dataset: their names, prefixes and shares.

/// A collection of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Collection {
    Sources,
    Agents,
    Conditions,
    Sites,
    Interventions,
    Drugs,
    Biomarkers,
    Criteria,
    Goals,
    Terms,
    Claims,
    Issues,
}

/// All of them, in the order of the manifest.
pub(crate) const COLLECTIONS: [Collection; 12] = [
    Collection::Sources,
    Collection::Agents,
    Collection::Conditions,
    Collection::Sites,
    Collection::Interventions,
    Collection::Drugs,
    Collection::Biomarkers,
    Collection::Criteria,
    Collection::Goals,
    Collection::Terms,
    Collection::Claims,
    Collection::Issues,
];

impl Collection {
    /// The place in the order of the manifest.
    pub(crate) fn place(self) -> usize {
        self as usize
    }

    /// The name in the manifest and on the disk.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Agents => "agents",
            Self::Conditions => "conditions",
            Self::Sites => "sites",
            Self::Interventions => "interventions",
            Self::Drugs => "drugs",
            Self::Biomarkers => "biomarkers",
            Self::Criteria => "criteria",
            Self::Goals => "goals",
            Self::Terms => "terms",
            Self::Claims => "claims",
            Self::Issues => "issues",
        }
    }

    /// The prefix of ids.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Sources => "src",
            Self::Agents => "agt",
            Self::Conditions => "cnd",
            Self::Sites => "sit",
            Self::Interventions => "int",
            Self::Drugs => "drg",
            Self::Biomarkers => "bmk",
            Self::Criteria => "crt",
            Self::Goals => "gol",
            Self::Terms => "trm",
            Self::Claims => "clm",
            Self::Issues => "iss",
        }
    }

    /// How many of a thousand records belong here; claims take what is left.
    pub(crate) fn per_mille(self) -> usize {
        match self {
            Self::Terms => 120,
            Self::Conditions => 40,
            Self::Drugs => 30,
            Self::Interventions | Self::Criteria => 25,
            Self::Issues => 20,
            Self::Sources => 15,
            Self::Biomarkers => 10,
            Self::Sites => 7,
            Self::Agents => 5,
            Self::Goals => 3,
            Self::Claims => 700,
        }
    }
}

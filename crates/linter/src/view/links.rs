//! What claims refer to and name, looked up for several of them at once.

use super::{Claim, Records};
use crate::names::Worded;

impl Records<'_> {
    /// Looks up what some claims name and refer to, before rules ask for it. What is found lies anywhere
    /// in memory: for one claim after the other, most of the time would be spent waiting for it.
    pub(crate) fn look_up(&self, claims: &[Claim<'_>]) {
        self.look_up_links(claims);
        self.look_up_names(claims);
    }

    fn look_up_links(&self, claims: &[Claim<'_>]) {
        let ids = claims.iter().flat_map(|claim| {
            let entities = claim.entities().iter().copied();
            let citations = claim.citations().iter();
            entities.chain(citations.filter_map(|citation| citation.source()))
        });
        let ids: Vec<_> = ids.collect();
        let places = self.places_of(ids.iter().map(|id| id.as_str()));
        self.draw_near(places.iter().flatten().copied());
        let mut places = places.into_iter();
        for claim in claims {
            let opened = claim.body.opened();
            let entities = places.by_ref().take(claim.entities().len());
            let linked: Vec<_> = entities.flatten().collect();
            opened.linked(|| linked);
            let sources = claim.citations().iter().map(|citation| {
                let place = citation.source().and_then(|_| places.next()?);
                place.and_then(|place| self.position_at(place))
            });
            let sources: Vec<_> = sources.collect();
            opened.sources(|| sources);
        }
    }

    fn look_up_names(&self, claims: &[Claim<'_>]) {
        let said = claims
            .iter()
            .map(|claim| claim.said(claim.manifest.language()));
        let said: Vec<_> = said.collect();
        let texts = said.iter().map(|said| said.map(Worded::of));
        let texts: Vec<_> = texts.map(Option::unwrap_or_default).collect();
        let named = self.names().positions_in_each(&texts, |_| true);
        for (claim, named) in claims.iter().zip(named) {
            claim.body.opened().named(|| named);
        }
    }
}

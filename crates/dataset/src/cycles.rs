//! Cycles among references: sets of records that lead to one another.
//!
//! A chain of a hundred thousand records in which each refers back to the first has as many
//! cycles as records, and listing them all takes quadratic space. So the sets are found first,
//! in linear time, and of each set one short cycle is shown.

use std::collections::VecDeque;

/// An edge of a relation between records, by numbers, and where it is written.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The record that refers.
    pub from: u32,
    /// The record to which it refers.
    pub to: u32,
    /// Where it is written, in bytes; of several, the first one counts.
    pub start: u32,
}

/// A cycle: its records, and where the first one refers to the next.
#[derive(Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Each refers to the next, and the last one to the first.
    pub records: Vec<u32>,
    /// Where the first one refers to the next.
    pub start: u32,
}

/// One cycle for each set of records that lead to one another, in order; it is a shortest one
/// through the smallest record of the set that is wanted, with which it begins.
pub fn cycles(edges: &mut [Edge], is_wanted: impl Fn(u32) -> bool) -> Vec<Cycle> {
    edges.sort_unstable_by_key(|edge| (edge.from, edge.to, edge.start));
    let graph = Graph::new(edges);
    let sets = graph.sets();
    // Nodes are numbered as their records are, so the first of a set is its smallest.
    let mut is_done = vec![false; graph.records.len()];
    let mut found = Vec::new();
    let mut search = Search::new(&graph);
    for node in 0..graph.records.len() {
        let set = sets[node] as usize;
        if !is_done[set] && is_wanted(graph.records[node]) {
            is_done[set] = true;
            found.extend(search.shortest(node as u32, &sets));
        }
    }
    found
}

/// Edges by the position of their records, so that what is known of a record is in arrays.
struct Graph<'e> {
    edges: &'e [Edge],
    /// The records that refer to others, sorted.
    records: Vec<u32>,
    /// Where the edges of each record start in `edges`.
    starts: Vec<u32>,
    /// For each edge, the position of its target; none for records that refer to nothing.
    targets: Vec<Option<u32>>,
}

impl<'e> Graph<'e> {
    fn new(edges: &'e [Edge]) -> Self {
        let (mut records, mut starts) = (Vec::new(), Vec::new());
        for (position, edge) in edges.iter().enumerate() {
            if records.last() != Some(&edge.from) {
                records.push(edge.from);
                starts.push(position as u32);
            }
        }
        starts.push(edges.len() as u32);
        let position_of = |edge: &Edge| records.binary_search(&edge.to).ok().map(|at| at as u32);
        Self {
            targets: edges.iter().map(position_of).collect(),
            edges,
            records,
            starts,
        }
    }

    fn edges_of(&self, node: u32) -> std::ops::Range<u32> {
        self.starts[node as usize]..self.starts[node as usize + 1]
    }

    /// The set of each node, by number: Tarjan's strongly connected components, with a stack of
    /// its own, because chains may be long.
    fn sets(&self) -> Vec<u32> {
        const UNSEEN: u32 = u32::MAX;
        let count = self.records.len();
        let mut order = vec![UNSEEN; count];
        let mut lowest = vec![UNSEEN; count];
        let mut sets = vec![UNSEEN; count];
        let (mut seen, mut set_count) = (0, 0);
        let mut open = Vec::new();
        // A node, and the next of its edges.
        let mut path: Vec<(u32, u32)> = Vec::new();
        for start in 0..count as u32 {
            if order[start as usize] != UNSEEN {
                continue;
            }
            path.push((start, self.edges_of(start).start));
            while let Some((node, edge)) = path.last_mut() {
                let at = *node as usize;
                if order[at] == UNSEEN {
                    (order[at], lowest[at]) = (seen, seen);
                    seen += 1;
                    open.push(*node);
                }
                if *edge < self.edges_of(*node).end {
                    let target = self.targets[*edge as usize];
                    *edge += 1;
                    let Some(target) = target else { continue };
                    let to = target as usize;
                    if order[to] == UNSEEN {
                        path.push((target, self.edges_of(target).start));
                    } else if sets[to] == UNSEEN {
                        lowest[at] = lowest[at].min(order[to]);
                    }
                    continue;
                }
                if lowest[at] == order[at] {
                    while let Some(member) = open.pop() {
                        sets[member as usize] = set_count;
                        if member as usize == at {
                            break;
                        }
                    }
                    set_count += 1;
                }
                path.pop();
                if let Some(&(parent, _)) = path.last() {
                    let parent = parent as usize;
                    lowest[parent] = lowest[parent].min(lowest[at]);
                }
            }
        }
        sets
    }
}

/// Breadth first, each set at most once: what it remembers of other sets is never looked at.
struct Search<'g> {
    graph: &'g Graph<'g>,
    /// The edge by which a node was first reached.
    reached_by: Vec<Option<u32>>,
}

impl<'g> Search<'g> {
    fn new(graph: &'g Graph<'g>) -> Self {
        Self {
            graph,
            reached_by: vec![None; graph.records.len()],
        }
    }

    /// A shortest cycle through a node within its set, if the set has one.
    fn shortest(&mut self, start: u32, sets: &[u32]) -> Option<Cycle> {
        let graph = self.graph;
        let set = sets[start as usize];
        let mut todo = VecDeque::from([start]);
        while let Some(node) = todo.pop_front() {
            for edge in graph.edges_of(node) {
                let Some(target) = graph.targets[edge as usize] else {
                    continue;
                };
                if target == start {
                    return Some(self.cycle(start, node, edge));
                }
                let reached = &mut self.reached_by[target as usize];
                if sets[target as usize] == set && reached.is_none() {
                    *reached = Some(edge);
                    todo.push_back(target);
                }
            }
        }
        None
    }

    /// The way from `start` to `last`, whose `edge` leads back to `start`.
    fn cycle(&self, start: u32, last: u32, edge: u32) -> Cycle {
        let (mut node, mut first_edge) = (last, edge);
        let mut records = Vec::new();
        while node != start {
            let record = self.graph.records[node as usize];
            records.push(record);
            let by = self.reached_by[node as usize].expect("the search came this way");
            first_edge = by;
            let from = self.graph.edges[by as usize].from;
            let at = self.graph.records.binary_search(&from);
            node = at.expect("each edge starts at a node") as u32;
        }
        records.push(self.graph.records[start as usize]);
        records.reverse();
        Cycle {
            records,
            start: self.graph.edges[first_edge as usize].start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(u32, u32)]) -> Vec<(Vec<u32>, u32)> {
        found_from(pairs, |_| true)
    }

    fn found_from(pairs: &[(u32, u32)], is_wanted: impl Fn(u32) -> bool) -> Vec<(Vec<u32>, u32)> {
        let mut edges: Vec<_> = pairs
            .iter()
            .map(|&(from, to)| Edge {
                from,
                to,
                start: from * 100 + to,
            })
            .collect();
        cycles(&mut edges, is_wanted)
            .into_iter()
            .map(|cycle| (cycle.records, cycle.start))
            .collect()
    }

    #[test]
    fn each_circle_is_found_once_from_its_smallest_record() {
        assert_eq!(
            found(&[(5, 3), (3, 4), (4, 5), (1, 3), (7, 8), (8, 7)]),
            [(vec![3, 4, 5], 304), (vec![7, 8], 708)]
        );
        assert!(found(&[(1, 2), (2, 3), (1, 3)]).is_empty());
        assert!(found(&[]).is_empty());
    }

    #[test]
    fn a_circle_begins_with_a_record_that_is_wanted() {
        let pairs = [(1, 2), (2, 3), (3, 2), (2, 1), (7, 8), (8, 7)];
        let from_three = found_from(&pairs, |record| record == 3);
        assert_eq!(from_three, [(vec![3, 2], 302)]);
    }

    #[test]
    fn of_circles_that_share_records_the_shortest_is_shown() {
        assert_eq!(
            found(&[(1, 2), (2, 3), (3, 4), (4, 1), (2, 1), (3, 1)]),
            [(vec![1, 2], 102)]
        );
    }

    #[test]
    fn a_chain_in_which_all_refer_to_the_first_takes_linear_space() {
        let count = 200_000;
        let mut pairs: Vec<_> = (0..count).map(|record| (record, record + 1)).collect();
        pairs.extend((1..=count).map(|record| (record, 0)));
        let mut edges: Vec<_> = pairs
            .into_iter()
            .map(|(from, to)| Edge { from, to, start: 0 })
            .collect();
        let cycles = cycles(&mut edges, |_| true);
        assert_eq!(cycles.len(), 1);
        assert_eq!(cycles[0].records, [0, 1]);
    }
}

// Package solver finds who should go where and when: it plans the visits of a [Problem]
// on the shifts of its technicians so that the weighted sum of named costs is small.
//
// The search is slack induction by string removals (Christiaens and Vanden Berghe,
// Transportation Science 54(2), 2020) under simulated annealing: a few strings of
// neighbouring visits are taken out of the plan, put back at their cheapest places, and
// the result is kept or undone. A budget long enough for it is shared among several plans, which are then crossed with each other.
// Where routes depend on each other, by crews or by an order between
// visits, the start times of all routes are one network of differences, and every place
// is priced by what it does to that whole network (Masson, Lehuédé and Péton, Operations Research Letters
// 41(3), 2013).
//
// It knows no store, no clock and no network. The same problem, seed, number of
// iterations and number of workers give the same plan, in whatever order the problem lists its parts.
package solver

// Package hybrid plans plain vehicle routing: identical vehicles of one depot, one hard time window a customer, and the length of
// all ways to be made small. It is a hybrid genetic search after Vidal, Crainic, Gendreau and Prins (Computers & Operations Research 40(1), 2013): plans
// are crossed and their children improved by a local search that passes through plans that are late or overloaded, at a price which follows from how
// many of the plans are sound.
//
// It is not for a day of a shop: skills, breaks, promises, crews, links and visits that may be left out do not exist here. Package solver
// hands plain problems over when a budget is long enough, and searches everything else itself.
package hybrid

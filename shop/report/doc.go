// Package report answers how the shop as a whole stands: work in progress, what is not billed, margins, first visits,
// utilisation. Each report is a pure function of what is stored and of the instant at which it is asked.
//
// It is not for rules. What an order comes to, what is open of it and what was frozen of its cost is asked of the
// rooms below; here it is only grouped and added up, always in the same order.
package report

// Package ledger hands what was released on to those who keep the books: double entries of the
// documents, in forms that bookkeeping programs read.
//
// A batch freezes which documents are handed on, and under which chart of accounts; it can be written
// again at any time, in any form, byte for byte the same, and no document is ever in two
// batches. Only released documents are handed on. The package keeps no books: it has no balances, no
// trial balance and no bank account, and what is changed in the books does not come back.
package ledger

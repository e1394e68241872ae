package store

import "context"

// overlapFrom is how many intents are worth a row of transactions, in which one is decided while the
// one before it is put on disk. With fewer, it is asked for more when the engine's turn has come.
const overlapFrom = 500

// DoEach is Do for intents that come bit by bit. more returns the next of them, and none where there are no more at the
// moment: it does not wait, because the store is held meanwhile. settled hears of the receipts, in order, as soon as
// what they say is durable, also when DoEach ends with an error.
func (s *Store) DoEach(ctx context.Context, more func() []Intent, settled func([]Receipt)) error {
	w := &row{b: &batch{s: s, prelude: true}, more: more, settled: settled}
	for {
		if err := w.fetch(); err != nil || len(w.intents) == 0 {
			return err
		}
		run := w.run
		if w.b.s.elsewhere != nil {
			run = w.send
		}
		if err := run(ctx); err != nil {
			return err
		}
	}
}

// send has the intents decided elsewhere.
func (w *row) send(ctx context.Context) error {
	recs, err := w.b.s.elsewhere(ctx, false, w.intents)
	w.intents = nil
	w.settled(recs)
	return err
}

// row is a row of transactions. Each is decided on the state that the one before it leaves, which may
// not be in the engine yet; nobody hears of it before it is durable, and with it all before.
type row struct {
	b       *batch
	more    func() []Intent
	settled func([]Receipt)
	intents []Intent // that came and are not decided yet
	under   *layer   // the last transaction's writes
	waiting []turn   // decided, and not durable yet
}

// fetch sees to it that there are intents, if there are any.
func (w *row) fetch() (err error) {
	if len(w.intents) == 0 {
		w.intents, err = w.b.s.withIDs(w.more())
	}
	return err
}

// topUp returns the intents of a transaction whose turn has come. Others were waited for until now, and more may have come
// meanwhile. An engine that decides again asks again.
func (w *row) topUp() ([]Intent, error) {
	if len(w.intents) < overlapFrom {
		more, err := w.b.s.withIDs(w.more())
		if err != nil {
			return nil, err
		}
		w.intents = append(w.intents, more...)
	}
	return w.intents, nil
}

// run commits one transaction, or a row of them on an engine that overlaps.
func (w *row) run(ctx context.Context) error {
	e, ok := w.b.s.engine.(Overlapping)
	if !ok || len(w.intents) < overlapFrom {
		recs, err := w.b.commit(ctx, w.topUp)
		if err == nil {
			w.intents = w.intents[len(recs):]
			w.settled(recs)
		}
		return err
	}
	w.under, w.waiting = nil, nil
	if err := e.CommitEach(ctx, w.next, w.settle); err != nil {
		return err
	}
	for len(w.waiting) > 0 { // one that writes nothing, and so needs no disk
		w.settle()
	}
	return nil
}

// next decides the next transaction. The store is held from the first to the last: what the first has found
// out about who may append holds for all.
func (w *row) next(r Reader) (Batch, error) {
	if err := w.fetch(); err != nil || len(w.intents) == 0 {
		return nil, err
	}
	var own *Intent
	if w.under == nil {
		var err error
		if own, err = w.b.authority(r); err != nil {
			return nil, err
		}
	} else {
		w.under.under = r
		r = w.under
	}
	t, err := w.b.take(r, own, w.intents)
	if err != nil {
		return nil, err
	}
	w.intents, w.under = w.intents[len(t.recs):], t.l
	w.waiting = append(w.waiting, t)
	return t.l.batch(), nil
}

// settle takes note that the first transaction that was waiting is durable.
func (w *row) settle() {
	t := w.waiting[0]
	w.waiting = w.waiting[1:]
	w.b.see(t.head)
	w.settled(t.recs)
}

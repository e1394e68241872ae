package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
)

// model is the suite's business once more, as plain maps and without a store: what a
// store must be equal to after any commands.
type model struct {
	records map[string]any // "account/ac_..." to the record's value
	stands  map[string][]uint64
	log     []logged
	done    map[uuid.UUID]uint64
	tickets uint64 // the last number
	numbers map[string]store.ID
}

// logged is what the model remembers of an entry.
type logged struct {
	cmd    store.Command
	undoes uint64
	before map[string]any      // the touched records; nil where there was none
	after  map[string][]uint64 // which entries stand behind each touched record afterwards
	number string
}

func newModel() *model {
	return &model{
		records: map[string]any{}, stands: map[string][]uint64{},
		done: map[uuid.UUID]uint64{}, numbers: map[string]store.ID{},
	}
}

func key[T any](id store.ID) string { return fmt.Sprintf("%T/%s", *new(T), id) }

func get[T any](m map[string]any, id store.ID) (v T, ok bool) {
	v, ok = m[key[T](id)].(T)
	return v, ok
}

func every[T any](m map[string]any) (out []T) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if v, ok := m[k].(T); ok {
			out = append(out, v)
		}
	}
	return out
}

// published is the model's revision of a policy.
type published struct {
	ID    store.ID
	Name  string
	Rev   int
	Hours int
}

// verdict is what the model says of a command: accepted where kind is empty.
type verdict struct {
	kind fault.Kind
	code string
}

// run decides a command. The ids of new records are taken from the receipt: which
// they are is not the model's business.
func (m *model) run(in store.Intent, rec store.Receipt) verdict {
	if seq, again := m.done[in.ID]; again {
		was := m.log[seq-1].cmd
		if was.Name() != in.Cmd.Name() || !reflect.DeepEqual(was, in.Cmd) {
			return verdict{fault.Conflict, "command.reused"}
		}
		return verdict{}
	}
	if in.At.Year() > 2026 { // the clock stands in January 2026
		return verdict{fault.Invalid, "at.future"}
	}
	next := maps.Clone(m.records)
	m.meet(next, in.Actor.Name, rec)
	e := logged{cmd: in.Cmd}
	v := m.decide(next, in.Cmd, rec, &e)
	if v.kind != "" {
		return v
	}
	if _, undo := in.Cmd.(*store.Undo); !undo {
		derive(m.records, next)
	}
	for _, a := range every[Account](next) {
		if a.Balance < 0 {
			return verdict{fault.Refused, "account.overdrawn"}
		}
	}
	m.accept(in, next, e)
	return verdict{}
}

// meet makes the actor's person record.
func (m *model) meet(next map[string]any, name string, rec store.Receipt) {
	for _, p := range every[Person](next) {
		if p.Name == name {
			return
		}
	}
	for _, ch := range rec.Changes {
		if ch.Collection == "person" {
			next[key[Person](ch.ID)] = Person{store.Record{ID: ch.ID}, name}
		}
	}
}

// derive counts the open tickets of accounts whose tickets changed.
func derive(was, next map[string]any) {
	for _, k := range slices.Sorted(maps.Keys(next)) {
		t, ok := next[k].(Ticket)
		if !ok || reflect.DeepEqual(was[k], next[k]) {
			continue
		}
		a, ok := get[Account](next, t.Account)
		if !ok {
			continue
		}
		a.Open = 0
		for _, other := range every[Ticket](next) {
			if other.Account == a.ID && other.Status == "open" {
				a.Open++
			}
		}
		next[key[Account](a.ID)] = a
	}
}

// accept makes the new state the state.
func (m *model) accept(in store.Intent, next map[string]any, e logged) {
	seq := uint64(len(m.log) + 1)
	e.before, e.after = map[string]any{}, map[string][]uint64{}
	touched := map[string]bool{}
	for k := range m.records {
		touched[k] = !reflect.DeepEqual(m.records[k], next[k])
	}
	for k := range next {
		touched[k] = !reflect.DeepEqual(m.records[k], next[k])
	}
	for k, is := range touched {
		if !is {
			continue
		}
		e.before[k] = m.records[k]
		stands := append(slices.Clone(m.stands[k]), seq)
		if e.undoes != 0 {
			stands = m.stoodBefore(e.undoes, k)
		}
		m.stands[k], e.after[k] = stands, stands
	}
	m.records = next
	if e.number != "" {
		m.tickets++
		m.numbers[strings.ToLower(e.number)] = store.ID(strings.TrimPrefix(e.numberKey(next), key[Ticket]("")))
	}
	m.done[in.ID] = seq
	m.log = append(m.log, e)
}

// numberKey finds the record that took the entry's number.
func (e *logged) numberKey(next map[string]any) string {
	for k, v := range next {
		if t, ok := v.(Ticket); ok && t.Number == e.number {
			return k
		}
	}
	return ""
}

// stoodBefore is what stood behind a record before an entry touched it.
func (m *model) stoodBefore(seq uint64, k string) []uint64 {
	for s := seq - 1; s > 0; s-- {
		if after, touched := m.log[s-1].after[k]; touched {
			return after
		}
	}
	return nil
}

// mayUndo reports whether every record that an entry touched is as the entry left it:
// what came after has been taken back.
func (m *model) mayUndo(seq uint64) bool {
	for k, after := range m.log[seq-1].after {
		if _, person := m.records[k].(Person); person {
			continue
		}
		if !slices.Equal(after, m.stands[k]) {
			return false
		}
	}
	return true
}

package replica_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/replica"
	"callout/store"
	"callout/store/storetest"

	"github.com/google/uuid"
)

// A world is an authority and some devices on one thread, with a network, clocks and machines that fail as the seed says.
// Nothing in it is random but by the seed.
type world struct {
	tb      testing.TB
	kind    kind
	rng     *rand.Rand
	now     time.Time
	quiet   bool // no faults any more: everything must converge
	fault   planted
	server  *machine
	devices []*machine
	sent    []delivery          // that the network may deliver again
	given   map[uuid.UUID]given // what devices have acknowledged
	order   []uuid.UUID         // in which they did
	ids     []store.ID          // accounts and tickets that there may be
	shown   map[string]store.ID // provisional numbers
	told    map[uint64]int      // refusals that were shown to their authors
	legal   map[string]store.ID // legal numbers that anybody was ever shown
	backup  string              // the folder of the authority's last backup
	gone    map[*machine]bool   // devices that were lost for good, with what only they had
	entries map[uuid.UUID]bool  // commands that some device has got the entry of
	wrong   []string
}

// machine is a store with its engine, which outlives a crash.
type machine struct {
	*store.Store
	engine *flaky
	code   string
	skew   time.Duration
	actor  store.Actor
	keys   *storetest.Keys
	off    int // steps until its network is back
}

// given is what a person was told of a command.
type given struct {
	by      *machine
	args    string
	subject store.ID
}

// delivery is a request on the wire.
type delivery struct {
	who string
	q   replica.Request
}

// planted is a fault of the product that the simulation must notice.
type planted string

// errCut is a machine that died, or a message that was lost.
var errCut = errors.New("cut")

// flaky is an engine whose machine dies around a commit, before or after it is durable.
type flaky struct {
	store.Engine
	died  bool // and has to be started again
	die   func() bool
	after func() bool
	lies  func() bool // a planted fault: says that it has committed, and has not
}

func (f *flaky) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	if f.die() {
		f.died = true
		return fault.Unknownf("died before").Because(errCut)
	}
	if f.lies != nil && f.lies() {
		return f.View(ctx, func(r store.Reader) error {
			_, err := decide(r)
			return err
		})
	}
	if err := f.Engine.Commit(ctx, decide); err != nil {
		return err
	}
	if f.after() {
		f.died = true
		return fault.Unknownf("died after").Because(errCut)
	}
	return nil
}

func newWorld(tb testing.TB, seed uint64, f planted, k kind) (*world, error) {
	w := &world{
		tb: tb, kind: k, legal: map[string]store.ID{}, gone: map[*machine]bool{}, entries: map[uuid.UUID]bool{},
		rng: rand.New(rand.NewPCG(seed, 7)), now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC), fault: f,
		given: map[uuid.UUID]given{}, shown: map[string]store.ID{}, told: map[uint64]int{},
	}
	w.quiet = true
	var err error
	if w.server, err = w.machine("", storetest.NewKeys()); err != nil {
		return nil, err
	}
	ctx := context.Background()
	if err := w.server.Init(ctx, storetest.Tenant, store.Actor{Name: "ada", How: store.Token}); err != nil {
		return nil, err
	}
	for i := range 4 {
		m, err := w.machine(fmt.Sprintf("K%d", i), storetest.OtherKeys())
		if err != nil {
			return nil, err
		}
		m.actor = store.Actor{Name: fmt.Sprintf("tech%d", i), How: store.Token}
		m.skew = time.Duration(w.rng.IntN(7200)-3600) * time.Second
		if err := m.Link(ctx, store.Link{Tenant: storetest.Tenant.String(), Device: m.code}); err != nil {
			return nil, err
		}
		w.devices = append(w.devices, m)
		w.sync(m)
	}
	w.quiet = false
	return w, nil
}

func (w *world) chance(one int) bool { return w.rng.IntN(one) == 0 }

func (w *world) machine(code string, keys *storetest.Keys) (*machine, error) {
	m := &machine{code: code, keys: keys}
	m.engine = &flaky{
		Engine: w.kind.engine(w.tb, code == ""),
		die:    func() bool { return !w.quiet && w.chance(60) },
		after:  func() bool { return !w.quiet && w.chance(60) },
	}
	if code == "" && w.fault == "acknowledged before it is durable" {
		m.engine.lies = func() bool { return !w.quiet && w.chance(6) }
	}
	return m, w.boot(m)
}

// boot opens a machine's store, as after a crash.
func (w *world) boot(m *machine) error {
	schema := storetest.Business()
	w.plantIn(&schema)
	s, err := store.Open(m.engine, schema, store.Options{
		Keys: m.keys, Random: seeded{w.rng}, Now: func() time.Time { return w.now.Add(m.skew) },
		Refusals: m.code == "" && w.fault != "refusals are not journaled",
	})
	m.Store, m.engine.died = s, false
	return err
}

// again starts a machine that has died.
func (w *world) again(m *machine) {
	if m.engine.died {
		if err := w.boot(m); err != nil {
			w.fail("%s does not start: %v", m.code, err)
		}
	}
}

type seeded struct{ *rand.Rand }

func (s seeded) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}

// wireFrom carries requests of a device to the server, over a network that loses, repeats and delays.
type wireFrom struct {
	w *world
	m *machine
}

func (t wireFrom) Sync(ctx context.Context, q replica.Request) (*replica.Response, error) {
	w := t.w
	if w.cut(t.m) {
		return nil, errCut
	}
	d := delivery{t.m.actor.Name, q}
	if len(w.sent) < 50 {
		w.sent = append(w.sent, d)
	} else {
		w.sent[w.rng.IntN(len(w.sent))] = d
	}
	if !w.quiet && w.chance(7) {
		return nil, errCut // the request is lost
	}
	res, err := w.answer(ctx, d)
	if err != nil {
		return nil, w.forgets(t.m, err)
	}
	if !w.quiet && w.chance(7) {
		w.lost(t.m)
		return nil, errCut // the answer is lost
	}
	return w.tampered(res), nil
}

func (w *world) answer(ctx context.Context, d delivery) (*replica.Response, error) {
	defer w.again(w.server)
	d.q = w.mangled(d.q)
	if err := w.heard(ctx, d.q); err != nil {
		return nil, err
	}
	if d.q.Want > 100 && w.chance(3) {
		d.q.Want = 1 + w.rng.IntN(5)
	}
	return replica.Answer(ctx, w.server.Store, replica.Who{Actor: store.Actor{Name: d.who, How: store.Token}}, d.q)
}

// cut reports whether a device has no network at the moment.
func (w *world) cut(m *machine) bool { return !w.quiet && m.off > 0 }

// weather changes what machines and networks are like: a device, or all but one, are cut off for a while; a clock is put right, or wrong.
func (w *world) weather() {
	for _, m := range w.devices {
		m.off = max(0, m.off-1)
	}
	m := w.devices[w.rng.IntN(len(w.devices))]
	switch w.rng.IntN(120) {
	case 0:
		m.off = w.rng.IntN(40)
	case 1:
		for _, other := range w.devices {
			if other != m {
				other.off = w.rng.IntN(20)
			}
		}
	case 2:
		m.skew = time.Duration(w.rng.IntN(14*3600)-7*3600) * time.Second
	case 3:
		w.server.skew = time.Duration(w.rng.IntN(600)-300) * time.Second
	}
}

// step lets something happen.
func (w *world) step() {
	w.now = w.now.Add(time.Duration(w.rng.IntN(300)) * time.Second)
	w.weather()
	w.disaster()
	for _, m := range w.devices {
		if w.chance(6) {
			w.command(m)
		}
		if w.chance(10) {
			w.sync(m)
		}
	}
	if len(w.sent) > 0 && w.chance(10) { // an old request comes late; nobody hears the answer
		_, _ = w.answer(context.Background(), w.sent[w.rng.IntN(len(w.sent))])
	}
	if w.chance(30) { // another process of a device had pulled a page before
		m := w.devices[w.rng.IntN(len(w.devices))]
		if page, _, err := w.server.Page(context.Background(), uint64(w.rng.IntN(4)), 5); err == nil {
			if _, err := m.Pull(context.Background(), page); err == nil && len(page.Entries) > 0 && page.After == 0 {
				w.fail("device %s took entries that it has", m.code)
			}
		}
	}
}

// sync is a device's round trip. What is lost on the way is not known to have been done; it must be harmless.
func (w *world) sync(m *machine) {
	rep, err := replica.Sync(context.Background(), m.Store, wireFrom{w, m}, replica.Options{Piece: 1 << (9 + w.rng.IntN(8))})
	w.again(m)
	switch {
	case err == nil || errors.Is(err, errCut):
	case fault.CodeOf(err) == "store.recovering" && w.waiting(): // others have not been heard yet
	default:
		w.fail("sync of %s: %v", m.code, err)
	}
	if rep != nil {
		w.surfaced(m)
	}
	w.afterPull(m)
	w.got(m)
	w.inView(m)
}

// surfaced counts the refusals that a device shows, and deals with some, as a person would.
func (w *world) surfaced(m *machine) {
	var seqs []uint64
	_ = m.View(context.Background(), func(r store.Reader) error {
		list, err := store.ListConflicts(r)
		for _, c := range list {
			if who, err := c.Mine.Actor(); err != nil || who.Name != m.actor.Name {
				w.fail("%s is shown a conflict of %s", m.code, who.Name)
			}
			seqs = append(seqs, c.Seq)
		}
		return err
	})
	for _, seq := range seqs {
		if w.quiet || w.chance(2) {
			_ = m.Settle(context.Background(), seq) // the machine may die around it
			w.again(m)
			_ = m.View(context.Background(), func(r store.Reader) error {
				if _, err := store.GetConflict(r, seq); fault.Is(err, fault.NotFound) {
					w.told[seq]++
				}
				return nil
			})
		}
	}
}

func (w *world) fail(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

package replica

import (
	"context"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
)

// pageWhileOthersWait is how many entries are taken at once on a device that is in use: whoever works on it waits that long.
const pageWhileOthersWait = 1000

// Transport carries a request to the authority and brings its answer. An error of kind Login is one of the way: nothing is
// known of what became of the request, and sending it again is safe.
type Transport interface {
	Sync(ctx context.Context, q Request) (*Response, error)
}

// Returner is a Transport that can give an authority back what it has lost.
type Returner interface {
	Transport
	// Standing asks where the authority is.
	Standing(ctx context.Context) (Standing, error)
	// Return gives entries back.
	Return(ctx context.Context, q Return) error
}

// Report says what a sync has done.
type Report struct {
	Pushed    int               // commands that came back answered
	Pulled    int               // entries
	Conflicts []*store.Conflict // new ones
	Pending   int               // what still waits
	Overtaken int               // of these, what does not hold here any more
	Unread    []Unread          // what the authority could not take in
	Size      uint64            // of the journal
	Trips     int
}

// Options say how a sync goes.
type Options struct {
	// Progress is called after each page with the entries pulled.
	Progress func(pulled int)
	// Piece is how many bytes of entries are given back at once to an authority that has lost them; 3 MiB when 0.
	Piece int
}

// Sync brings a linked store and its authority together: it pushes what is pending and pulls what has happened, page by
// page, until nothing is left. It may be called again at any time, whatever became of the last time.
func Sync(ctx context.Context, s *store.Store, t Transport, o Options) (*Report, error) {
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	if o.Piece <= 0 {
		o.Piece = returnedBytes
	}
	c := &client{s: s, t: t, unread: map[uuid.UUID]bool{}, rep: &Report{}, piece: o.Piece}
	for {
		more, err := c.trip(ctx)
		if err != nil {
			return c.rep, err
		}
		o.Progress(c.rep.Pulled)
		if !more {
			return c.rep, nil
		}
	}
}

// client is one Sync while it runs.
type client struct {
	s       *store.Store
	t       Transport
	rep     *Report
	unread  map[uuid.UUID]bool
	catchUp bool // there are more pages: what is pending was sent already
	empty   bool // the device had nothing when the sync began

	returned bool   // what the authority had lost was given back to it
	piece    int    // bytes of that at once
	recovery string // of the authority, which this device was told of
}

// returnedBytes is how much one request gives back: what a server takes at once, with room for how it is written.
const returnedBytes = 3 << 20

// giveBack gives an authority that was put back from a backup the entries that this device has seen, as many at a time as it takes. It
// takes them only if they are its own; where a try was cut off, it says by itself how far it has come.
func (c *client) giveBack(ctx context.Context, q Request, why error) error {
	way, can := c.t.(Returner)
	if !can {
		return why
	}
	most, last := c.piece, int64(-1)
	for {
		at, err := way.Standing(ctx)
		if err != nil {
			return err
		}
		c.recovery = at.Recovery
		if at.Size >= q.Since {
			return nil // that was all, or another device was faster
		}
		if int64(at.Size) <= last { //nolint:gosec // a size of a journal
			return &fault.Error{Kind: fault.Login, Code: "sync.silent", Msg: "the server takes entries back and does not have them then"}
		}
		tail, err := c.s.Tail(ctx, at.Size, most)
		if err != nil {
			return err
		}
		back := Return{Tenant: q.Tenant, Device: q.Device, After: at.Size, Head: tail.Head, Growth: tail.Growth}
		for _, text := range tail.Entries {
			back.Entries = append(back.Entries, string(text))
		}
		err = way.Return(ctx, back)
		switch code := fault.CodeOf(err); {
		case len(tail.Growth) > 0 && (code == "sync.whole" || code == "sync.head"):
			most = 0 // the key that has signed the head is named by a later entry
		case code == "sync.moved": // another device gives back, too
		case err != nil:
			return err
		default:
			last = int64(at.Size) //nolint:gosec // a size of a journal
		}
	}
}

// report learns which recovery an authority is in that takes no commands meanwhile, so that this device can be heard.
func (c *client) report(ctx context.Context, why error) (more bool, err error) {
	way, can := c.t.(Returner)
	if !can {
		return false, why
	}
	at, err := way.Standing(ctx)
	if err != nil {
		return false, err
	}
	c.recovery = at.Recovery
	return true, nil // where it has ended meanwhile, the next trip is one like any other
}

// trip is one round trip. It reports whether there is more to do.
func (c *client) trip(ctx context.Context) (more bool, err error) {
	q, err := c.request(ctx)
	if err != nil {
		return false, err
	}
	res, err := c.t.Sync(ctx, q)
	if fault.CodeOf(err) == "sync.regressed" && !c.returned {
		c.returned = true
		return true, c.giveBack(ctx, q, err)
	}
	if fault.CodeOf(err) == "store.recovering" && q.Recovery == "" {
		return c.report(ctx, err)
	}
	if err != nil {
		return false, err
	}
	c.rep.Trips++
	page := store.Page{After: q.Since, Head: res.Head}
	for _, text := range res.Entries {
		page.Entries = append(page.Entries, []byte(text))
	}
	pulled, err := c.s.Pull(ctx, page)
	if fault.CodeOf(err) == "sync.moved" {
		return true, nil // another process of this device was faster
	}
	if err != nil {
		return false, err
	}
	c.took(pulled, res)
	if res.Recovery != "" && q.Recovery == "" { // once more, as one that knows of it
		c.recovery = res.Recovery
		return true, nil
	}
	if c.catchUp = res.More; c.catchUp {
		return true, nil
	}
	left := pulled.Pending - len(c.unread)
	if left > 0 && pulled.Answered+len(pulled.Conflicts) == 0 && len(q.Commands) > 0 && len(res.Unread) == 0 {
		return false, &fault.Error{Kind: fault.Login, Code: "sync.silent", Msg: "the server has taken in commands and does not say what became of them"}
	}
	return left > 0, nil
}

func (c *client) took(p *store.PullReport, res *Response) {
	c.rep.Pushed += p.Answered + len(p.Conflicts)
	c.rep.Pulled += p.Entries
	c.rep.Conflicts = append(c.rep.Conflicts, p.Conflicts...)
	c.rep.Pending, c.rep.Overtaken, c.rep.Size = p.Pending, p.Overtaken, p.Size
	for _, u := range res.Unread {
		if !c.unread[u.ID] {
			c.unread[u.ID] = true
			c.rep.Unread = append(c.rep.Unread, u)
		}
	}
}

// request says where the device stands and, unless it is catching up, what it has done.
func (c *client) request(ctx context.Context) (q Request, err error) {
	err = c.s.Device(ctx, func(r store.Reader, link *store.Link) (err error) {
		q = Request{Tenant: link.Tenant, Device: link.Device, Want: pageWhileOthersWait, Recovery: c.recovery}
		if q.Since, err = store.Size(r); err != nil {
			return err
		}
		if c.empty = c.empty || q.Since == 0; c.empty {
			q.Want = MaxPull // nobody works on what is not there yet
		}
		root, err := store.RootAt(r, q.Since)
		if err != nil {
			return err
		}
		q.Root = root.String()
		if c.catchUp {
			return nil
		}
		pending, err := store.ListPending(r, 0)
		if err != nil {
			return err
		}
		for _, p := range pending {
			if c.unread[p.Entry.Leaf.Cmd] || len(q.Commands) == MaxPush {
				continue
			}
			cmd, err := commandOf(p)
			if err != nil {
				return err
			}
			q.Commands = append(q.Commands, cmd)
		}
		return nil
	})
	return q, err
}

func commandOf(p *store.Pending) (c Command, err error) {
	c = Command{ID: p.Entry.Leaf.Cmd, Name: p.Entry.Leaf.Type, Made: p.Made, At: p.At, Shown: p.Shown}
	if _, c.Args, err = p.Entry.Intent(); err != nil {
		return c, err
	}
	who, err := p.Entry.Actor()
	if err != nil {
		return c, err
	}
	c.Actor = who.Name
	c.Reason, err = p.Entry.Reason()
	return c, err
}

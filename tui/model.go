package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/money"
	"callout/store"
	"callout/tui/screen"
)

// Model is the board as Bubble Tea runs it. It is the only tea.Model; panes and dialogs are plain parts of it.
type Model struct {
	opts  Options
	ctx   context.Context //nolint:containedctx // ends every background reading when the board closes
	theme *screen.Theme
	sheet *screen.Screen // that frames are drawn on
	keys  *keymap
	w, h  int
	now   time.Time

	board     *board
	queue     *queue
	approvals *approvals
	bills     *bills
	roads     *mapPane
	currency  money.Currency // of every amount, once a pane has read it
	mains     []pane         // what the tabs show
	tab       int
	side      pane // what stands beside it, or nil
	aside     bool // the side pane has the keys
	// undocked says that somebody does not want the queue beside the board.
	undocked bool
	over     []dialog

	entries  uint64 // of the journal, as far as it was seen, and what is pending
	link     linkState
	readings map[pane]*inFlight
	jobs     []*job
	lines    []ranLine
	done     []*doneLine // what can be taken back, the last at the end
	undone   []*doneLine // and not done again
	history  []string    // of the command line
	toast    toast
	pressed  *pressed // where the mouse button is down, or nil
	lastKey  time.Time
	unasked  bool // the dialog on top came by itself, so it waits for quiet
	broken   error
	alone    bool // no shell could go on with the board if it was suspended
}

// inFlight says that a pane is being read, and whether something has changed since it began.
type inFlight struct{ busy, again bool }

// New makes the board. It reads nothing yet.
func New(ctx context.Context, o Options) (*Model, error) {
	theme, err := themeOf(o)
	if err != nil {
		return nil, err
	}
	keys, err := newKeymap(bindings(), o.Keys)
	if err != nil {
		return nil, err
	}
	m := &Model{opts: o, ctx: ctx, theme: theme, sheet: &screen.Screen{}, keys: keys, now: o.Now(), readings: map[pane]*inFlight{}}
	m.board = newBoard(m)
	m.approvals = newApprovals(m)
	m.bills = newBills(m)
	m.roads = newMap(m)
	m.queue = newQueue(m)
	m.mains = []pane{m.board, m.queue, m.approvals, m.bills, m.roads}
	return m, nil
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd {
	if m.opts.Driven {
		return tea.Batch(m.refresh(), m.queue.loadViews())
	}
	return tea.Batch(m.refresh(), m.queue.loadViews(), m.watch(), tick())
}

// Changed tells a driven board that the journal has so many entries now.
func Changed(entries uint64) tea.Msg { return changedMsg{entries} }

// Update implements tea.Model. It neither reads nor writes nor waits: what takes time is a command.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		return m, m.dock()
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		if n := len(m.over); n > 0 {
			if p, ok := m.over[n-1].(pasted); ok {
				p.edit(msg)
			}
		}
	case tea.MouseMsg:
		return m, m.mouse(msg)
	case tea.InterruptMsg:
		return m, tea.Quit
	case tickMsg:
		m.now = m.opts.Now()
		m.fade(m.now)
		return m, tick()
	case changedMsg:
		m.entries, m.broken = msg.entries, nil
		if m.opts.Driven {
			return m, m.refresh()
		}
		return m, tea.Batch(m.refresh(), m.watch())
	case placedMsg:
		return m, m.placed(msg)
	case ranMsg:
		return m, m.ran(msg)
	case brokenMsg:
		m.broken = msg.err
		return m, tea.Tick(time.Second, func(time.Time) tea.Msg { return changedMsg{m.entries} })
	}
	return m, nil
}

// key gives a key to whoever has the keys: the dialog on top, else the pane.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	quiet := m.opts.Now().Sub(m.lastKey)
	m.lastKey = m.opts.Now()
	if n := len(m.over); n > 0 {
		if m.unasked && quiet < m.opts.Quiet {
			return nil
		}
		top := m.over[n-1]
		done, cmd := top.key(m, msg)
		if done {
			m.close(top)
		}
		return cmd
	}
	m.toast = toast{} // it was read, and hides what is under the cursor
	b := m.keys.of(keystroke(msg), m.scopes()...)
	if b == nil {
		return nil
	}
	if why := m.refusal(b); why != "" {
		m.warn(b.title + ": " + why)
		return nil
	}
	return b.do(m)
}

// keystroke is the name of a key in the table. A printable key is what it prints, whatever layout it is on.
func keystroke(msg tea.KeyPressMsg) string {
	if msg.Text == " " {
		return "space"
	}
	return msg.String()
}

// scopes are where keys have their meaning now, the nearest first.
func (m *Model) scopes() []scope { return append(m.focused().scopes(), anywhere) }

// focused is the pane that has the keys.
func (m *Model) focused() pane {
	if m.side != nil && m.aside {
		return m.side
	}
	return m.mains[m.tab]
}

// show puts a pane beside the main one and gives it the keys.
func (m *Model) show(p pane) tea.Cmd {
	m.side, m.aside = p, true
	return m.read(p)
}

// hide takes the side pane away.
func (m *Model) hide() tea.Cmd {
	m.side, m.aside = nil, false
	return m.dock()
}

// open lays a dialog over the panes. Unasked is one that no key of this moment asked for: it takes no key
// before the hands have come to rest.
func (m *Model) open(d dialog, unasked bool) {
	m.over = append(m.over, d)
	m.unasked = unasked
}

// close takes a dialog away. One that it has opened in its place stays.
func (m *Model) close(d dialog) {
	i := slices.Index(m.over, d)
	if i < 0 {
		return
	}
	if i == len(m.over)-1 {
		m.unasked = false
	}
	m.over = slices.Delete(m.over, i, i+1)
}

// refresh reads what is on the screen anew.
func (m *Model) refresh() tea.Cmd {
	cmds := []tea.Cmd{m.read(m.mains[m.tab])}
	if m.mains[m.tab] != pane(m.board) {
		cmds = append(cmds, m.read(m.board))
	}
	if m.side != nil {
		cmds = append(cmds, m.read(m.side))
	}
	return tea.Batch(cmds...)
}

// read reads a pane in the background. One reading of a pane runs at a time; what changes meanwhile is
// read by the next.
func (m *Model) read(p pane) tea.Cmd {
	f := m.readings[p]
	if f == nil {
		f = &inFlight{}
		m.readings[p] = f
	}
	if f.busy {
		f.again = true
		return nil
	}
	f.busy = true
	return m.snapshot(p, p.reader())
}

// view runs a reading beside those of whole panes: any number may be under way, and each sees to it by itself that
// it is still wanted when it is placed.
func (m *Model) view(read reading) tea.Cmd { return m.snapshot(nil, read) }

// snapshot runs a reading on a snapshot of the shop. It is a pane's whole reading where from names one.
func (m *Model) snapshot(from pane, read reading) tea.Cmd {
	return func() tea.Msg {
		msg := placedMsg{from: from}
		err := m.opts.Shop.View(m.ctx, func(r store.Reader) (err error) {
			if from != nil {
				if msg.link, err = readLink(r); err != nil {
					return err
				}
			}
			msg.place, err = read(r)
			return err
		})
		if msg.err = err; err != nil {
			msg.place = nil
		}
		return msg
	}
}

// later runs something slow in the background; what it returns puts the result in place.
func (m *Model) later(slow func() (place func() tea.Cmd)) tea.Cmd {
	return func() tea.Msg { return placedMsg{place: slow()} }
}

// placed puts what was read in its place.
func (m *Model) placed(msg placedMsg) tea.Cmd {
	var cmds []tea.Cmd
	if f := m.readings[msg.from]; f != nil {
		f.busy = false
		if f.again {
			f.again = false
			cmds = append(cmds, m.read(msg.from))
		}
	}
	if msg.err != nil {
		m.complain(Outcome{Error: msg.err.Error()})
		return tea.Batch(cmds...)
	}
	if msg.from != nil {
		m.link = msg.link
	}
	return tea.Batch(append(cmds, msg.place())...)
}

// watch waits for the journal to grow.
func (m *Model) watch() tea.Cmd {
	shop, since, ctx := m.opts.Shop, m.entries, m.ctx
	return func() tea.Msg {
		n, err := shop.Wait(ctx, since)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return brokenMsg{err}
		}
		return changedMsg{n}
	}
}

// tick moves the clock on the screen.
func tick() tea.Cmd { return tea.Tick(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) }) }

//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL server.
type Server struct {
	url  string
	dir  string
	bin  string
	args []string
	as   *syscall.Credential
	run  *running // nil when it is somebody else's, or stopped
}

type running struct {
	hold io.Closer // closing it ends the server
	done chan struct{}
}

// keeper starts the server and ends it when its standard input is closed, however the tests have
// ended. It says which process the server is.
const keeper = `"$@" >>"$0/log" 2>&1 </dev/null &
pid=$!
echo $pid >"$0/pid"
cat >/dev/null
kill -INT $pid 2>/dev/null
wait $pid`

// Start makes and starts a server. One that is not durable does not wait for the disk: what it
// has survives the death of any process, but not of the machine.
func Start(durable bool) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	as, err := somebody()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "callout-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, as: as, url: "host=" + dir + " user=callout dbname=postgres sslmode=disable"}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, err
		}
	}
	initdb := s.command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "callout",
		"--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	s.args = []string{"-D", filepath.Join(dir, "data"), "-k", dir, "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=128MB", "-c", "max_wal_size=1GB", "-c", "log_checkpoints=off"}
	if !durable {
		s.args = append(s.args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	if err := s.Run(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

// URL returns the URL of the server's first database, which is empty.
func (s *Server) URL() string { return s.url }

// Run starts a server that was stopped, or died, and waits until it answers.
func (s *Server) Run() error {
	c := s.command("/bin/sh", append([]string{"-c", keeper, s.dir, filepath.Join(s.bin, "postgres")}, s.args...)...)
	hold, err := c.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(done)
	}()
	s.run = &running{hold, done}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.halt()
			return fmt.Errorf("the server does not answer: %w\n%s", err, text)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends a server as a crash does, and returns when it is gone. Run starts it again.
func (s *Server) Kill() error {
	text, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(string(slices.DeleteFunc(text, func(b byte) bool { return b < '0' || b > '9' })))
	if err != nil {
		return err
	}
	err = syscall.Kill(pid, syscall.SIGQUIT) // at once, without a checkpoint
	s.halt()
	return err
}

// halt ends the server and waits until it has ended.
func (s *Server) halt() {
	if s.run != nil {
		_ = s.run.hold.Close()
		<-s.run.done
		s.run = nil
	}
}

// Stop ends a server that was started here, and removes it.
func (s *Server) Stop() {
	if s.dir == "" {
		return
	}
	s.halt()
	_ = os.RemoveAll(s.dir)
}

// command is one of the server's programs, in a process group of its own: an interrupt of the tests is not for it.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...) //nolint:gosec // a program of the system
	c.Dir = s.dir
	c.Env = append(os.Environ(), "LC_ALL=C", "PGTZ=UTC")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.as}
	return c
}

// programs finds the folder with initdb and postgres: that of the newest version.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // Debian keeps them out of the way
	if len(found) == 0 {
		return "", errors.New("initdb is not installed")
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

// somebody is who the server runs as: it refuses to be root.
func somebody() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, errors.New("we are root, and there is no user postgres to run the server as")
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

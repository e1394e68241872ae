package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"callout/internal/fault"

	"github.com/jackc/pgx/v5/pgconn"
)

// The server's words for what may go away by itself (PostgreSQL, appendix A).
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
	readOnly             = "25006" // a stand-by, which will take over or give way
	tooManyConnections   = "53300"
	cannotConnectNow     = "57P03"
	noSuchDatabase       = "3D000"
	dependentObjects     = "2BP01"
	notPermitted         = "42501"
	uniqueViolation      = "23505"
)

// code is the server's word for an error, or "".
func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// lost reports whether an error ended the connection, so that nothing is known of what it was doing.
func lost(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err != nil
	}
	severity := pg.SeverityUnlocalized
	if severity == "" {
		severity = pg.Severity
	}
	return severity == "FATAL" || severity == "PANIC"
}

// passing reports whether the same may succeed when it is tried again.
func passing(err error) bool {
	switch code(err) {
	case serializationFailure, deadlockDetected, uniqueViolation, readOnly, tooManyConnections, cannotConnectNow:
		return true
	}
	var config *pgconn.ParseConfigError
	return lost(err) && !refusedLogin(err) && !errors.As(err, &config)
}

// refusedLogin reports whether the server knows the caller and says no; trying again would not help.
func refusedLogin(err error) bool {
	c := code(err)
	return len(c) == 5 && (c[:2] == "28" || c == noSuchDatabase || c == notPermitted)
}

// oneLine is an error of the driver, which likes to write several.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }
func (e oneLine) Unwrap() error { return e.error }

// busy says that the deadline passed.
func busy(waited time.Duration, because error) error {
	return fault.Busyf("the database could not be used for %s", waited.Round(100*time.Millisecond)).
		With("store.busy").Hint("pg_isready   (and the same again, when it says that it accepts connections)").Because(oneLine{because})
}

// unknown says that a commit may have happened.
func unknown(because error) error {
	return fault.Unknownf("it is not known whether the database has committed the change").With("store.unknown").
		Hint("repeat the command with the same --cmd-id: it takes effect once").Because(because)
}

// interrupted says that the connection broke while something was read. Nothing has changed.
func interrupted(because error) error {
	return fault.Busyf("the connection to the database broke while it was read").With("store.interrupted").
		Hint("the same again: nothing was changed").Because(because)
}

// failed is any other error of the database.
func failed(because error) error {
	switch {
	case errors.Is(because, context.Canceled):
		return because
	case refusedLogin(because):
		return fault.Internalf("the database does not let us in").With("store.permission").
			Hint("psql URL -c 'select 1'   (with the same URL: it must work)").Because(because)
	}
	return fault.Internalf("the database reports an error").With("store.database").Because(because)
}

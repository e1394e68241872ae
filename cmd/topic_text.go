package cmd

const exitCodesText = `Exit codes

   0  done
   1  an error: a defect, or a machine that fails
   2  usage: the command line or a value in it is wrong, or a confirmation is missing
   3  partly done: some of the items failed; each has its own result on stdout
   4  not found
   5  conflict: the record has changed, or a name means two things
   6  refused by a rule: a gate, separation of duties, a status that does not allow it
   7  the store is busy and --lock-wait has passed; nothing was changed
   8  the server cannot be reached, or the login does not count
   9  queued for the authority: accepted here, not done yet
  10  outcome unknown: repeating with the same --cmd-id is safe
 130  stopped by ctrl-c (SIGINT)
 143  stopped by SIGTERM

A list that finds nothing is done (0). A pipe that closes early, as in
"callout wo list | head", is done too.

When none of many items was done, the code is that of their errors if they are
all of one kind, and 1 otherwise.

An error is two lines on stderr, what went wrong and what to type next. There
may be several hints, the best one first:

  error: WO-1042 is scheduled and cannot be closed; possible: start, hold, complete, cancel
  hint: callout wo start WO-1042

Where a rule has several reasons, a terminal shows them below each other; in a
pipe an error stays on one line.

With -o json or -o jsonl the last line of stderr is one JSON object instead:

  {"schema":"callout/v1","error":{"kind":"refused",
   "code":"work_order.transition","message":"...","hints":["..."],"exit":6}}

reasons stands beside message where there are several.

kind is one of internal, invalid, not-found, conflict, refused, busy, login,
queued, unknown, partly-done, interrupted; code is a stable word for one rule.
`

const formattingText = `Formatting

Data goes to stdout, everything else to stderr. Without -o, a list is a table on
a terminal and TSV in a pipe; a single thing is text in both.

  -o table   aligned columns. On a terminal that is too narrow for them, words are
             cut and some columns are left out; ids, numbers, times and amounts
             are never cut. A line below says what is left out, and --fields
             shows it
  -o tsv     tabs between the cells, no header, the id first: made for cut, awk,
             read and the next callout in the pipe. A tab, line break or control
             character inside a cell becomes a blank
  -o csv     RFC 4180 with a header and all fields. A cell that a spreadsheet
             could take for a formula (beginning with = + - @) gets a leading
             apostrophe, unless it is a plain number
  -o json    one object. A list is {"schema":"callout/v1","items":[...]} with one
             item per line; a single thing is {"schema":"callout/v1", ...fields}
  -o jsonl   one object per line, the items of -o json and nothing around them
  -o yaml    the same as json, in YAML
  -o name    numbers or ids only, one per line

Lists into pipes are never cut short, however long they are.

Fields
  --fields number,status picks fields and their order: columns of a table, TSV
  and CSV, keys of JSON and YAML. "callout wo list --help" names them. Tables and
  TSV leave some fields out unless they are asked for; the others have them all.

jq
  --jq FILTER filters the JSON: exactly what "| jq -r FILTER" would do to -o json,
  without jq being installed. Text comes out without quotes, anything else as
  compact JSON. With -o jsonl the filter sees one item at a time, which needs no
  memory for long lists.

    callout wo list --jq '.items[] | select(.priority=="high") | .number'
    callout wo list -o jsonl --jq 'select(.priority=="high").number'
    callout wo show WO-1042 --jq .status

Values
  Numbers that are counted, such as "rev" and "days", are numbers in JSON.
  Money, quantities and percentages are exact decimals and therefore text, which
  no reader turns into a float. There are two kinds of money:

    a price   is money per unit, exactly as it was agreed or worked out. It may
              have more decimals than coins do, and no more than it needs:
              "96", "39.615", "0.42" per km
    an amount is a sum that somebody pays or is owed (net, tax, gross, open,
              cost). It is rounded once, where it comes to be, to the decimals
              of the currency: "96.00" in EUR, "9600" in JPY. A sum of
              nothing is "0"

  The currency is the company's, the same for everything; a document names it in
  "currency", and "callout company show" tells it. For people both have at least
  the currency's decimals.

  Times are RFC 3339 in UTC, or in the zone that --tz names; on a terminal they
  are shown in the zone of the place. Durations are 1h30m. What is not there is
  null in JSON and empty elsewhere.

Stability
  "schema" changes when a field goes away or changes its meaning. New fields may
  come at any time and do not change it.

Screen readers
  callout config set accessible true, or ACCESSIBLE=1: lists are written as
  "field: value" lines, nothing is aligned or repainted, no pager starts.
`

const environmentText = `Environment

A setting comes from a flag, else the environment, else the project file, else
the user's file, else it is the default. "callout config list --show-origin" says
where each value comes from, "callout config path" where the files are.

  project file   .callout.yaml in the working directory or the nearest one above.
                 It may come with somebody else's folder, so it cannot set pager
  user's file    $XDG_CONFIG_HOME/callout/config.yaml, by default in ~/.config;
                 on Windows in %AppData%

A file holds "key: value" lines; an unknown key is an error. A relative store in
a file is relative to that file.

  CALLOUT_STORE       the path of the shop's store (--store)
  CALLOUT_AS          who acts, in a stand-alone shop (--as)
  CALLOUT_OUTPUT      the default of -o
  CALLOUT_TZ          the zone that text shows and reads times in (--tz)
  CALLOUT_COLOR       auto, always or never (--color)
  CALLOUT_LOCK_WAIT   how long to wait for a busy store (--lock-wait)
  CALLOUT_NO_INPUT    1: never ask (--no-input)
  CALLOUT_ACCESSIBLE  1: linear text for screen readers; ACCESSIBLE counts too
  CALLOUT_THEME       how the board is dressed (--theme)
  CALLOUT_DATABASE    the PostgreSQL database that the shop lies in, instead of a file
  CALLOUT_TENANT      the shop's name in the database
  CALLOUT_EVIDENCE_DIR  the folder for the evidence files of a shop in a database
  CALLOUT_KEY_FILE    the file with the key that signs the journal's heads
  CALLOUT_SERVER      work on this server, without a store of one's own (--server)
  CALLOUT_TOKEN       the token for that, and for callout login
  CALLOUT_ASCII       1: the board draws with ASCII signs only (--ascii)
  CALLOUT_MOUSE       0: the board leaves the mouse to the terminal (--mouse)
  CALLOUT_KEYS        keys of the board that you chose; see callout help keys
  CALLOUT_PAGER       the command long text goes through on a terminal; PAGER
                      counts when nothing else sets it; cat for none

Other programs' variables
  NO_COLOR            any value but the empty one: no colours
  CLICOLOR_FORCE      any value but 0: colours in a pipe, too
  TERM=dumb           no colours, no pager, no repainting
  XDG_DATA_HOME       the store is callout/shop.db in it, by default under
                      ~/.local/share; on Windows in %LocalAppData%
`

const timeText = `Time

An instant can be written as

  2026-03-02T09:00:00+01:00   RFC 3339, means the same everywhere
  "2026-03-02 09:00"          a date and a clock time; also with seconds
  "tomorrow 09:00"            today, yesterday and tomorrow
  "mon 09:00"                 the next Monday 09:00 that has not passed
  17:15                       today
  -30m, +2h, +1d              from now; a day keeps the clock's reading
  now

Clock times are those of the place that the command is about (the site, the
branch), unless --tz or the setting tz names another zone; without a place,
those of the company. A clock time that does not exist because the clocks skip
it, or that happens twice because they go back, is refused: give the offset with
it.

A day is written 2026-03-02. Durations are written 45m, 1h30m, 2.5h or 1d (24
hours).

--at says when something happened, if not now; what lies ahead has not happened
and is refused. It counts for prices and worked time. Approvals and the release
of invoices take the time of the authority and refuse it.

In pipes, times are RFC 3339 in UTC, or with the offset of the zone that --tz
names. On a terminal they are shown in the zone of the place, and named with it.

callout carries its own time-zone data and does not use the machine's, so that
every machine comes to the same result.
`

const scriptingText = `Scripting

Many ids
  A verb whose usage shows "..." takes many ids. "-" reads them from stdin, one
  per line; of a line with tabs the first cell counts, and empty lines do not.

    callout time list --status submitted -o name | callout time approve -

  Every item gets its own result: id, status, note, code, error, hint. One bad
  item does not stop the others; the exit code is 3 when some were done and some
  were not. With -o name only those that were done are printed, for the next
  command of the pipe. Items travel in batches of up to 5,000, or of what came in
  100 ms, each batch in one transaction of the store.

Trying
  --dry-run decides everything, prints what would be written and writes nothing.
  The exit code is the one that the real run would have.

Repeating
  --cmd-id gives a command an id. A second run with the same id does nothing and
  reports the first one's outcome, so a script can repeat whatever it does not
  know the outcome of (exit code 10). A verb that takes many ids uses
  "ID/item" for each of them.

Questions
  Verbs that cannot be undone ask for a name to be typed, and some ask when more
  than 10 items are named at once. They ask only where a person can answer; in a
  script they fail with exit code 2 until --yes is added. --no-input makes sure
  that nothing ever asks.

Errors
  "callout help exit-codes" lists the codes. Branch on the code, or on kind and
  code of the JSON error, never on the words of a message.

    callout invoice release INV-2026-00017 --yes
    case $? in
      0) echo released ;;
      6) callout invoice gate INV-2026-00017 ;;
      7) echo "somebody is busy, try later" ;;
    esac

Reasons
  --reason goes into the journal with the change, word for word.
`

package cmd

const importText = `Bringing in files

  callout import work-orders orders.csv --map orders.map.yaml --dry-run

The mapping is YAML and says where each field comes from:

  kind: work-orders           # work-orders, customers, sites, assets, technicians,
                              # parts or prices
  source: old-system          # names where the rows come from; with the row it is
                              # the row's identity, so that nothing comes in twice
  zone: Europe/Vienna         # in which the file's times are read
  key: [No]                   # the columns that tell rows apart; left out, a row is
                              # known by its content and how often that came before
  create: [customer, site]    # what is made when it is missing
  csv: {delimiter: ";"}       # also header, columns, encoding, quotes, short_lines
  fields:
    customer: {column: Client, required: true}
    site: {template: "{Street}, {Town}"}
    title: {column: Text}
    opened_at: {column: Date, date: DD.MM.YYYY}
    priority: {column: Prio, map: {A: high, B: normal}, otherwise: low}
  items:                      # of work orders
    - kind: expense
      text: {column: Text}
      cost: {column: Cost, decimal: ","}
      price: {column: Cost, decimal: ","}

A value comes from a column, a value (the same for all rows) or a template, and may
say trim, default, required, map and otherwise, prefix; numbers decimal, thousands
and cut; times date, zone and twice; lists separator.

Imported orders are new. A cost without a price stays unpriced, zero stays zero, and
a negative amount becomes a credit line. A row that is in stays as it is, however
often the file comes. docs/import.md has all fields, and examples.
`

import CaracalCommands

Entry.main()

import ArgumentParser

/// What commands share that change what an operator names.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Change nothing; print the commands that would be sent.")
    var dryRun = false

    @Flag(help: "Do not ask; needed where there is no terminal to ask at.")
    var yes = false

    @Flag(help: "Take a name outside the table as it stands.")
    var anyStream = false
}

import ArgumentParser

/// What commands share that change what an operator names.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Change nothing; print the commands that would be sent.")
    var dryRun = false

    @Flag(help: "Do not ask for confirmation; required without a terminal.")
    var yes = false

    @Flag(help: "Accept a stream name that is not in the provisioning table.")
    var anyStream = false
}

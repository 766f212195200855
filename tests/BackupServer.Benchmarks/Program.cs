using System.CommandLine;
using BackupServer.Benchmarks.Commands;

var root = new RootCommand("Measures the file engine. Everything but 'micro' runs the real backupctl of the same build as a process of its own.")
{
    MicroCommand.Create(),
    EngineCommand.Create(),
    FilesCommand.Create(),
    IndexCommand.Create(),
    OpenIndexCommand.Create(),
    StartupCommand.Create(),
};
return await root.Parse(args).InvokeAsync();

using BackupServer.Cli.Running;

return await Backupctl.RunAsync(args, Terminal.OfProcess(), TimeProvider.System);

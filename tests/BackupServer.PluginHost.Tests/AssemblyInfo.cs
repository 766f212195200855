using BackupServer.PluginHost.Tests.Building;

[assembly: AssemblyFixture(typeof(PluginWorkshop))]

using BackupServer.DevCluster.Cluster;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(DevClusterOptions.Usage);
    return 0;
}

DevClusterOptions options;
try
{
    options = DevClusterOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

return await DevClusterProcess.RunAsync(options);

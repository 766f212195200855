using BackupServer.CrdGenerator.Definitions;

var check = args.Contains("--check");
if (args.Where(static argument => argument != "--check").ToArray() is not [var directory])
{
    await Console.Error.WriteLineAsync("usage: BackupServer.CrdGenerator <directory> [--check]\nWrites the custom resource definitions; with --check, only compares (exit code 1 when they differ).");
    return 2;
}

var folder = new DefinitionFolder(directory);
if (!check)
{
    folder.Write();
    return 0;
}

var differences = folder.Compare();
foreach (var difference in differences)
{
    await Console.Error.WriteLineAsync(difference);
}

return differences.Count == 0 ? 0 : 1;

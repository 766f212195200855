namespace BackupServer.Repository.Archiving;

/// <summary>
/// Contents of files with several names, so that each file is read once. An entry goes when all names were seen; files whose other names lie outside of the
/// backup stay until the end, as a list of ids.
/// </summary>
internal sealed class HardLinkContents
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Device, ulong Inode), (Task<FileContent> Content, ulong NamesLeft)> _contents = [];

    /// <summary>The content of the file, read by whoever asks first.</summary>
    public Task<FileContent> GetAsync(ulong device, ulong inode, ulong links, Func<Task<FileContent>> read)
    {
        TaskCompletionSource<FileContent> mine;
        lock (_gate)
        {
            if (_contents.TryGetValue((device, inode), out (Task<FileContent> Content, ulong NamesLeft) known))
            {
                if (known.NamesLeft <= 1)
                {
                    _contents.Remove((device, inode));
                }
                else
                {
                    _contents[(device, inode)] = known with { NamesLeft = known.NamesLeft - 1 };
                }

                return known.Content;
            }

            mine = new TaskCompletionSource<FileContent>(TaskCreationOptions.RunContinuationsAsynchronously);
            _contents.Add((device, inode), (mine.Task, links - 1));
        }

        return CompleteAsync(mine, read);
    }

    private static async Task<FileContent> CompleteAsync(TaskCompletionSource<FileContent> mine, Func<Task<FileContent>> read)
    {
        try
        {
            FileContent content = await read();
            mine.SetResult(content);
            return content;
        }
        catch (Exception error)
        {
            // Passed on to those who wait for the same file too.
            mine.SetException(error);
            _ = mine.Task.Exception;
            throw;
        }
    }
}

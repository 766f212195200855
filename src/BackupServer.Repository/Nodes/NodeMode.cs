namespace BackupServer.Repository.Nodes;

/// <summary>
/// The mode of a node is Go's <c>os.FileMode</c>, whose type and special bits stand elsewhere than in Linux's <c>st_mode</c>.
/// </summary>
public static class NodeMode
{
    /// <summary>Bits of a directory.</summary>
    public const uint Directory = 1u << 31;

    /// <summary>Bits of a symbolic link.</summary>
    public const uint Symlink = 1u << 27;

    /// <summary>Bit of a device; alone it is a block device.</summary>
    public const uint Device = 1u << 26;

    /// <summary>Bit that, with <see cref="Device"/>, makes a character device.</summary>
    public const uint CharDevice = 1u << 21;

    /// <summary>Bits of a fifo.</summary>
    public const uint Fifo = 1u << 25;

    /// <summary>Bits of a socket.</summary>
    public const uint Socket = 1u << 24;

    private const uint Setuid = 1u << 23;
    private const uint Setgid = 1u << 22;
    private const uint Sticky = 1u << 20;

    /// <summary>The node mode of a Linux <c>st_mode</c>.</summary>
    public static uint FromLinux(uint mode)
    {
        uint type = (mode & 0xF000) switch
        {
            0x4000 => Directory,
            0xA000 => Symlink,
            0x6000 => Device,
            0x2000 => Device | CharDevice,
            0x1000 => Fifo,
            0xC000 => Socket,
            _ => 0,
        };
        return type | (mode & 0x1FF) | ((mode & 0x800) != 0 ? Setuid : 0) | ((mode & 0x400) != 0 ? Setgid : 0) | ((mode & 0x200) != 0 ? Sticky : 0);
    }

    /// <summary>The permission, setuid, setgid and sticky bits (07777) for <c>chmod</c>.</summary>
    public static uint ToLinuxPermissions(uint mode) =>
        (mode & 0x1FF) | ((mode & Setuid) != 0 ? 0x800u : 0) | ((mode & Setgid) != 0 ? 0x400u : 0) | ((mode & Sticky) != 0 ? 0x200u : 0);
}

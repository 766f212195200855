using System.Runtime.InteropServices;
using System.Text;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>Extended attributes by a path that is not followed at its end.</summary>
internal static class AttributeCalls
{
    private delegate nint Fill(Span<byte> buffer);

    public static IReadOnlyList<ExtendedAttribute> Read(byte[] path, RawName name)
    {
        byte[]? names = Grow(buffer => LinuxCalls.ListAttributes(path, buffer, (nuint)buffer.Length), "list the attributes of", name);
        if (names is null || names.Length == 0)
        {
            return [];
        }

        List<ExtendedAttribute> attributes = [];
        foreach (Range range in names.AsSpan().Split((byte)0))
        {
            byte[] attribute = names[range];
            if (attribute.Length > 0 && ReadValue(path, attribute, name) is { } value)
            {
                attributes.Add(new ExtendedAttribute(Encoding.UTF8.GetString(attribute), value));
            }
        }

        return attributes;
    }

    public static void Set(byte[] path, RawName name, ExtendedAttribute attribute)
    {
        if (LinuxCalls.SetAttribute(path, Encoding.UTF8.GetBytes(attribute.Name + '\0'), attribute.Value.Span, (nuint)attribute.Value.Length, 0) != 0)
        {
            throw FileSystemException.Last($"set attribute {attribute.Name} of", name);
        }
    }

    public static void Remove(byte[] path, RawName name, string attribute)
    {
        if (LinuxCalls.RemoveAttribute(path, Encoding.UTF8.GetBytes(attribute + '\0')) != 0)
        {
            throw FileSystemException.Last($"remove attribute {attribute} of", name);
        }
    }

    private static byte[]? ReadValue(byte[] path, byte[] attribute, RawName name)
    {
        byte[] terminated = [.. attribute, 0];
        return Grow(
            buffer => LinuxCalls.GetAttribute(path, terminated, buffer, (nuint)buffer.Length),
            $"read attribute {Encoding.UTF8.GetString(attribute)} of",
            name);
    }

    // Null when the attribute went away, or the file system knows no attributes: both mean that there is nothing to keep.
    private static byte[]? Grow(Fill fill, string operation, RawName name)
    {
        for (int size = 512; ; size *= 4)
        {
            byte[] buffer = new byte[size];
            nint length = fill(buffer);
            if (length >= 0)
            {
                return buffer[..(int)length];
            }

            int error = Marshal.GetLastPInvokeError();
            if (error is LinuxError.NoData or LinuxError.NotSupported)
            {
                return null;
            }

            if (error != LinuxError.Range || size > 1 << 20)
            {
                throw new FileSystemException(operation, name, error);
            }
        }
    }
}

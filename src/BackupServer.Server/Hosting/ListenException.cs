using System.Net.Sockets;

namespace BackupServer.Server.Hosting;

/// <summary>The address of the health endpoints cannot be had. The message says why and what to do.</summary>
internal sealed class ListenException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>What an error of the web server's start says about its address; null when it is about something else.</summary>
    public static string? Why(Exception error) => SocketErrorOf(error) switch
    {
        SocketError.AddressAlreadyInUse => "another process has it, perhaps another server of this machine; give this one another address with --listen, such as http://127.0.0.1:8086",
        SocketError.AddressNotAvailable => "this machine has no such address; give one that it has with --listen",
        SocketError.AccessDenied => "this user may not listen on that port; give one above 1023 with --listen",
        _ => null,
    };

    private static SocketError? SocketErrorOf(Exception? error) => error is null ? null : (error as SocketException)?.SocketErrorCode ?? SocketErrorOf(error.InnerException);
}

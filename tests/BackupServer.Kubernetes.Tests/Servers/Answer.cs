using System.Text;
using Microsoft.AspNetCore.Http;

namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>Answers a scripted server can give.</summary>
public static class Answer
{
    public static Func<HttpContext, Task> Json(int status, string body, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), context.RequestAborted);
    };

    public static Func<HttpContext, Task> Ok(string body) => Json(200, body);

    public static Func<HttpContext, Task> Failure(int code, string reason, string message, string metadata = "{}") => Json(code, $$"""
        {"kind":"Status","apiVersion":"v1","metadata":{{metadata}},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}
        """);

    /// <summary>Sends the pieces one by one, flushing after each.</summary>
    public static Func<HttpContext, Task> Pieces(IEnumerable<ReadOnlyMemory<byte>> pieces) => async context =>
    {
        context.Response.ContentType = "application/json";
        foreach (var piece in pieces)
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    };

    /// <summary>Promises a longer body than it sends; the server ends the connection behind what was sent.</summary>
    public static Func<HttpContext, Task> BreakAfter(string start) => async context =>
    {
        var body = Encoding.UTF8.GetBytes(start);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length + 1000;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    };

    /// <summary>Cuts the connection before any answer.</summary>
    public static Task Drop(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Sends a start and then nothing, until the client goes away.</summary>
    public static Func<HttpContext, Task> Hang(string start) => async context =>
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(start), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var gone = new TaskCompletionSource();
        await using (context.RequestAborted.Register(() => gone.TrySetResult()))
        {
            await gone.Task;
        }
    };
}

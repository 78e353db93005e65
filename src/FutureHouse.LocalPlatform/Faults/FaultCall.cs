using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Objects.Http;
using FutureHouse.LocalPlatform.Objects.Sessions;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>One request that a fault has been taken for.</summary>
internal sealed class FaultCall(HttpContext context, string operation, FaultRule rule)
{
    private const long Early = 4096;

    public HttpContext Context { get; } = context;

    public string Operation { get; } = operation;

    /// <summary>Whether it is a storage route, whose errors are XML.</summary>
    public bool IsStorage { get; } = Operations.IsStorage(operation);

    /// <summary>Whether the bytes go up; else they come down.</summary>
    public bool IsUpload { get; } = operation is Operations.PartsPut or Operations.SessionsPut;

    /// <summary>Whether the fault has shown.</summary>
    public bool Fired { get; private set; }

    /// <summary>Says that the fault shows now. A fault that never says so waits for the next request.</summary>
    public void Fire()
    {
        if (!Fired)
        {
            Fired = true;
            rule.Fire();
        }
    }

    /// <summary>
    /// Has <paramref name="reached"/> called once so many bytes have passed, or never if there are not so many. Offsets are those of
    /// the object: a request that begins beyond it (Content-Range, Range) is there at once. Parts count from their own first byte.
    /// </summary>
    /// <param name="offset">Bytes; null for early in the body.</param>
    /// <param name="reached">What happens there.</param>
    public void At(long? offset, Func<Task> reached)
    {
        var (request, response) = (Context.Request, Context.Response);
        if (IsUpload)
        {
            var first = Operation == Operations.SessionsPut ? FirstOf(request) : 0;
            request.Body = new TriggerStream(request.Body, () => Relative(offset, first, request.ContentLength), reached, flip: false);
        }
        else
        {
            var first = ByteRange.Parse(request.Headers.Range, long.MaxValue)?.First ?? 0;
            response.Body = new TriggerStream(response.Body, () => Relative(offset, first, response.ContentLength), reached, flip: false);
        }
    }

    /// <summary>Flips the first byte that passes.</summary>
    public void Corrupt()
    {
        Task Reached()
        {
            Fire();
            return Task.CompletedTask;
        }

        if (IsUpload)
        {
            Context.Request.Body = new TriggerStream(Context.Request.Body, () => 0, Reached, flip: true);
        }
        else
        {
            Context.Response.Body = new TriggerStream(Context.Response.Body, () => 0, Reached, flip: true);
        }
    }

    private static long FirstOf(HttpRequest request)
    {
        try
        {
            return ContentRange.Parse(request.Headers.ContentRange.FirstOrDefault(), request.ContentLength).First ?? 0;
        }
        catch (BucketException)
        {
            return 0; // The route refuses it.
        }
    }

    private static long Relative(long? offset, long first, long? length) =>
        offset is { } asked ? Math.Max(0, asked - first) : Math.Min(Early, (length ?? 2) / 2);
}

using FutureHouse.LocalPlatform.Objects.Http;
using Microsoft.AspNetCore.Connections.Features;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Faults of the connection: cut, slow, or telling lies.</summary>
internal static class WireFaults
{
    /// <summary>Resets the connection: before anything is read, or after so many bytes.</summary>
    public static Fault Reset(long? after) => async (call, next) =>
    {
        if (after is null)
        {
            call.Fire();
        }
        else
        {
            call.At(after, () => Break(call));
            await CarryOutAsync(call, next).ConfigureAwait(false);
        }

        if (call.Fired)
        {
            Cut(call.Context);
        }
    };

    /// <summary>Ends a body before its time: a download's bytes up to there arrive.</summary>
    public static Fault BrokenStream(long? after) => async (call, next) =>
    {
        call.At(after, () => Break(call));
        await CarryOutAsync(call, next).ConfigureAwait(false);
        // A body with a length that is not filled is cut by the server, after what has been written; any other has to be cut here.
        if (call.Fired && (call.IsUpload || call.Context.Response.ContentLength is null || !call.Context.Response.HasStarted))
        {
            Abort(call.Context);
        }
    };

    /// <summary>Stands still at an offset, then goes on.</summary>
    public static Fault Stall(TimeSpan time, long after) => async (call, next) =>
    {
        call.At(after, () =>
        {
            call.Fire();
            return Task.Delay(time, call.Context.RequestAborted);
        });
        await next(call.Context).ConfigureAwait(false);
    };

    /// <summary>Alters a byte in transit.</summary>
    public static Task Corrupted(FaultCall call, RequestDelegate next)
    {
        call.Corrupt();
        return next(call.Context);
    }

    /// <summary>Answers late.</summary>
    public static Fault Delay(TimeSpan time) => async (call, next) =>
    {
        call.Fire();
        await Task.Delay(time, call.Context.RequestAborted).ConfigureAwait(false);
        await next(call.Context).ConfigureAwait(false);
    };

    /// <summary>Carries a request out that may be broken off on the way.</summary>
    public static async Task CarryOutAsync(FaultCall call, RequestDelegate next)
    {
        try
        {
            await next(call.Context).ConfigureAwait(false);
        }
        catch (BodyBrokenOffException)
        {
            // By the fault itself.
        }
    }

    /// <summary>Cuts the connection so that the other side sees a reset, not an end.</summary>
    public static void Cut(HttpContext context)
    {
        context.Features.Get<IConnectionSocketFeature>()?.Socket.Close(timeout: 0);
        Abort(context);
    }

    /// <summary>Ends the connection.</summary>
    public static void Abort(HttpContext context)
    {
        if (!context.Response.HasStarted && context.Features.Get<RequestEntry>() is { } entry)
        {
            entry.IsLost = true;
        }

        context.Abort();
    }

    private static Task Break(FaultCall call)
    {
        call.Fire();
        throw new BodyBrokenOffException();
    }
}

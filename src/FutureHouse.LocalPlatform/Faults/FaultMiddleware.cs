using FutureHouse.LocalPlatform.Objects.Http;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Logs every request and lets the first pending fault of its operation at it. Belongs before everything else.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, FaultRegister register)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(FaultServices.Prefix, StringComparison.Ordinal))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var operation = Operations.Classify(context.Request);
        var entry = new RequestEntry(operation ?? Operations.Other, context.Request.Method, context.Request.Path);
        context.Features.Set(entry);
        register.Log(entry);
        // Before the first byte goes out: who has the answer finds its status in the log.
        context.Response.OnStarting(() =>
        {
            entry.Status = context.Response.StatusCode;
            return Task.CompletedTask;
        });

        if (operation is null || register.Take(operation) is not { } rule)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var call = new FaultCall(context, operation, rule);
        try
        {
            await rule.Fault(call, next).ConfigureAwait(false);
        }
        catch (BodyBrokenOffException)
        {
            WireFaults.Abort(context);
        }
        finally
        {
            if (!call.Fired)
            {
                rule.Return();
            }
        }
    }
}

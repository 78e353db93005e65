using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>What every answer has: a request id, and errors as FastAPI writes them.</summary>
internal static partial class ApiConventions
{
    public static void UseApiConventions(this WebApplication app) => app.Use(async (context, next) =>
    {
        context.Response.Headers["x-request-id"] = context.TraceIdentifier = Guid.NewGuid().ToString("N");
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentLength: null or 0, ContentType: null })
            {
                var detail = context.Response.StatusCode == StatusCodes.Status404NotFound ? "Not Found" : "Method Not Allowed";
                await context.Response.WriteAsJsonAsync(new { detail }, context.RequestAborted);
            }
        }
        catch (ApiException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = e.Status;
            object detail = e.Fields is { } fields ? fields.Select(f => new { loc = f.Loc, msg = f.Msg, type = f.Type }) : e.Message;
            await context.Response.WriteAsJsonAsync(new { detail }, context.RequestAborted);
        }
        catch (BucketException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = e.StatusCode;
            await context.Response.WriteAsJsonAsync(new { detail = $"{e.Code}: {e.Message}" }, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = e.StatusCode;
            await context.Response.WriteAsJsonAsync(new { detail = e.Message }, context.RequestAborted);
        }
        catch (Exception e) when (!context.Response.HasStarted && DatabaseFailure.IsUnstorable(e))
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            await context.Response.WriteAsJsonAsync(new { detail = "The database cannot hold a value of the request: it is too long, or not text" }, context.RequestAborted);
        }
        catch (Exception e) when (!context.Response.HasStarted && (DatabaseFailure.IsUnavailable(e) || DatabaseFailure.IsRace(e)))
        {
            LogUnavailable(app.Logger, e);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(new { detail = "The database is not available" }, context.RequestAborted);
        }
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "The database did not serve a request")]
    private static partial void LogUnavailable(ILogger logger, Exception exception);
}

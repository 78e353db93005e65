using System.Text;
using System.Xml.Linq;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>Error answers of the storage routes: <c>&lt;Error&gt;&lt;Code/&gt;&lt;Message/&gt;&lt;/Error&gt;</c>.</summary>
internal static class XmlError
{
    public static Task WriteAsync(HttpContext context, BucketException error) =>
        WriteAsync(context, error.StatusCode, error.Code, error.Message, error.Details);

    public static async Task WriteAsync(HttpContext context, int status, string code, string message, string? details = null)
    {
        var element = new XElement("Error", new XElement("Code", code), new XElement("Message", message));
        if (details is not null)
        {
            element.Add(new XElement("Details", details));
        }

        var body = Encoding.UTF8.GetBytes("<?xml version='1.0' encoding='UTF-8'?>" + element.ToString(SaveOptions.DisableFormatting));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml; charset=UTF-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}

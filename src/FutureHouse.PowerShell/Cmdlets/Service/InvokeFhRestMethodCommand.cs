using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Service;

/// <summary>Calls any route of the service, with the connection's log-in, retries and errors.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "FhRestMethod", SupportsShouldProcess = true)]
[OutputType(typeof(PSObject), typeof(string))]
public sealed class InvokeFhRestMethodCommand : ConnectedCmdlet
{
    /// <summary>The route, below the service's address.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [TextOf]
    public string Path { get; set; } = string.Empty;

    /// <summary>The HTTP method.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("Get", "Post", "Put", "Patch", "Delete", "Head", "Options", IgnoreCase = true)]
    [TextOf]
    public string Method { get; set; } = "Get";

    /// <summary>Parameters of the query.</summary>
    [Parameter]
    [Given]
    public IDictionary? Query { get; set; }

    /// <summary>What to send: a hashtable or an object, which become JSON, or JSON text.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [Given(EmptyListMeans = true)]
    public object? Body { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        var method = new HttpMethod(Method.ToUpperInvariant());
        var shown = Path.Split('?')[0];
        ForItem(shown, () =>
        {
            var call = new RawCall { Method = method, Path = Path, Query = [.. Parameters()], Body = Body is null ? null : JsonText.Of(Body) };
            var what = Text(RevisionStrings.CallRoute, method, shown);
            if (method != HttpMethod.Get && method != HttpMethod.Head && method != HttpMethod.Options && !ShouldProcess(what, Text(CmdletStrings.Sure, what), CmdletStrings.ConfirmCaption))
            {
                return;
            }

            var client = Use().GetClient();
            var answer = Run(token => client.CallAsync(call, token));
            if (answer.IsJson)
            {
                WriteObject(JsonObjects.Of(answer.Body), enumerateCollection: true);
            }
            else if (!answer.Body.IsEmpty)
            {
                WriteObject(System.Text.Encoding.UTF8.GetString(answer.Body.Span));
            }
        });
    }

    /// <summary>A list is a parameter each; nothing is left out.</summary>
    private IEnumerable<KeyValuePair<string, string?>> Parameters()
    {
        foreach (DictionaryEntry parameter in Query ?? new Hashtable())
        {
            var value = parameter.Value is PSObject wrapper ? wrapper.BaseObject : parameter.Value;
            foreach (var one in value is IEnumerable list and not string ? list.Cast<object?>() : [value])
            {
                yield return new(parameter.Key.ToString()!, Written(ArgumentAttribute.Bare(one)) ?? throw new InvalidRequestException(Text(BindingStrings.NullInQuery, parameter.Key)));
            }
        }
    }

    private static string? Written(object? value) => value switch
    {
        null => null,
        bool or SwitchParameter => value is true or SwitchParameter { IsPresent: true } ? "true" : "false",
        DateTime time => IsoTime.Text(time),
        DateTimeOffset time => IsoTime.Text(time),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

using System.Management.Automation;
using System.Security;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Completion;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Connection;

/// <summary>Logs in to a service, or starts a platform on this machine (Protocol §1).</summary>
[Cmdlet(VerbsCommunications.Connect, "Fh", DefaultParameterSetName = KeySet)]
[OutputType(typeof(FutureHouse.Connection))]
public sealed class ConnectFhCommand : FhCmdlet
{
    private const string KeySet = "ApiKey";
    private const string TokenSet = "Token";
    private const string LocalSet = "Local";

    /// <summary>The API key; by default that of the environment.</summary>
    [Parameter(ParameterSetName = KeySet, Position = 0)]
    [Secret]
    public SecureString? ApiKey { get; set; }

    /// <summary>A ready access token.</summary>
    [Parameter(ParameterSetName = TokenSet, Mandatory = true)]
    [Secret]
    public SecureString? Token { get; set; }

    /// <summary>The service, by address or name.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = TokenSet)]
    [ArgumentCompleter(typeof(ServiceUriCompleter))]
    [TextOf]
    public string? ServiceUri { get; set; }

    /// <summary>Starts a platform on this machine, or joins the one that serves the store already.</summary>
    [Parameter(ParameterSetName = LocalSet, Mandatory = true)]
    [SwitchOf]
    public SwitchParameter Local { get; set; }

    /// <summary>Folder of the local platform's store.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [PathOf]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        try
        {
            var connection = ParameterSetName == LocalSet ? OpenLocal() : OpenRemote();
            CurrentConnection.Set(connection);
            if (connection.GetNotice() is { } notice)
            {
                WriteWarning(Text(CmdletStrings.OrganizationsUnknown, notice));
            }

            WriteObject(connection);
        }
        catch (FutureHouseException e)
        {
            ThrowTerminatingError(ErrorTable.Record(e, ServiceUri ?? Path));
        }
    }

    private FutureHouse.Connection OpenRemote()
    {
        var service = ServiceUri is null ? ApiKeySource.ServiceUriFromEnvironment() : ApiKeySource.ParseServiceUri(ServiceUri);
        var key = ApiKey ?? (Token is null ? ApiKeySource.FromEnvironment() : null);
        if (key is null && Token is null)
        {
            throw new NotConnectedException(Text(CmdletStrings.ConnectPlain, ApiKeySource.ApiKeyVariable));
        }

        return Run(token => OpenAsync(new PlatformClientOptions { ServiceUri = service, ApiKey = key, Token = Token }, null, token));
    }

    private FutureHouse.Connection OpenLocal()
    {
        var store = Path is null ? null : FilePaths.Literal(this, Path);
        var module = System.IO.Path.GetDirectoryName(typeof(ConnectFhCommand).Assembly.Location)!;
        var options = new LocalPlatformOptions { AssemblyPath = System.IO.Path.Combine(module, "local-platform", "FutureHouse.LocalPlatform.dll"), StoreDirectory = store };
        return Run(async token =>
        {
            var platform = await LocalPlatformProcess.OpenAsync(options, token).ConfigureAwait(false);
            try
            {
                using var key = platform.GetApiKey();
                return await OpenAsync(new PlatformClientOptions { ServiceUri = platform.ServiceUri, ApiKey = key }, platform, token).ConfigureAwait(false);
            }
            catch
            {
                platform.Dispose();
                throw;
            }
        });
    }
}

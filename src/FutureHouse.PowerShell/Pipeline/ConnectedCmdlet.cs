using FutureHouse.PowerShell.Binding;
using System.Management.Automation;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>A cmdlet that talks to the service.</summary>
public abstract class ConnectedCmdlet : FhCmdlet
{
    private Connection? _used;

    /// <summary>The connection to use; by default the session's current one.</summary>
    [Parameter]
    [Given]
    public Connection? Connection { get; set; }

    /// <summary>The connection named, else the session's, else one made from the environment. Never silently local, never silently remote.</summary>
    /// <returns>The connection.</returns>
    protected Connection Use()
    {
        if (_used is not null)
        {
            return _used;
        }

        _used = Connection ?? CurrentConnection.Value;
        if (_used is null)
        {
            try
            {
                _used = FromEnvironment();
            }
            catch (FutureHouseException e)
            {
                // Without a connection there is nothing that the rest could do.
                ThrowTerminatingError(ErrorTable.Record(e, null));
            }

            CurrentConnection.Set(_used!);
        }

        return _used!;
    }

    private Connection FromEnvironment()
    {
        using var key = ApiKeySource.FromEnvironment() ?? throw new NotConnectedException(Text(CmdletStrings.NotConnected, ApiKeySource.ApiKeyVariable));
        var service = ApiKeySource.ServiceUriFromEnvironment();
        WriteVerbose(Text(CmdletStrings.ConnectingFromEnvironment, service));
        return Run(token => OpenAsync(new PlatformClientOptions { ServiceUri = service, ApiKey = key }, null, token));
    }
}

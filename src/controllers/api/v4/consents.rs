//! `/consents`: connecting an account on the network's own page. A person begins, the browser goes to the network and
//! returns, and the same session finishes with what the browser brought back.

mod responses;

use actix_web::{rt, web::Data};
use secrecy::SecretString;

use self::responses::{FinishedConsent, StartedConsent};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer, Named},
        api::{id::UniqueId, side::Side},
    },
    error::{Error, Result},
    models::{
        consent::{
            Refusal,
            redeeming::{Redemption, Returned},
            starting::NewConsent,
        },
        location::Location,
        session::{Session, Viewer},
    },
    networks,
    parameters::{Body, OneOf, Secret, Text, parameters},
};

const NETWORK_PARAMETER: &str = "consent.network";
const RETURN_URL_PARAMETER: &str = "consent.return_url";
const NO_RETURN_URL: &str =
    "Return url must be one of the pages that the operator of this service has named, letter for letter";

parameters! {
    /// The body that begins a consent.
    pub struct NewConsentParams {
        consent: ConsentStart,
    }

    pub struct ConsentStart {
        /// One of the names that `/networks` lists.
        #[schema(example = "twitter")]
        network: Text<255>,
        side: OneOf<Side>,
        /// An account on that side to connect again. Absent: any account may be connected.
        #[schema(example = 1)]
        account_id: Option<i64>,
        /// The screen from which it is connected. Stored, never returned.
        location: Option<OneOf<Location>>,
        /// A page of another front end, which the operator has allowed. Absent: the page of this service.
        #[schema(example = "")]
        return_url: Option<Text<2048>>,
    }
}

pub async fn create(
    session: Session,
    app: Data<App>,
    body: Body<NewConsentParams>,
) -> Result<Answer<StartedConsent>> {
    let ConsentStart { network, side, account_id, location, return_url } = body.parameters.consent;
    let shared = app.clone();
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let member = match side {
                Side::Workspace => (*session.admin(conn)?).clone(),
                Side::Personal => session.member(conn)?,
            };
            let page = shared.consents.find(&network).ok_or_else(|| not_configured(&shared, &network))?;
            let allowed = &shared.settings.return_urls;
            if return_url.as_ref().is_some_and(|url| !allowed.contains(url)) {
                return Err(Error::invalid(RETURN_URL_PARAMETER, "invalid", NO_RETURN_URL));
            }
            let new = NewConsent {
                redirect_url: shared.settings.callback_url(page.network().name),
                page,
                owner: side.owner(member.user_id),
                account_id,
                location,
                return_url: return_url.clone(),
            };
            let started = member.start_consent(conn, &shared.vault(), &session, &new)?;
            Ok(answer::created(StartedConsent::new(&started)))
        })
        .await
}

fn not_configured(app: &App, network: &str) -> Error {
    let brand = networks::find(&app.networks, network).map(|known| known.brand);
    Refusal::NotConfigured.to_error(NETWORK_PARAMETER, brand.unwrap_or("this network"), None)
}

parameters! {
    /// The body that finishes a consent: what the browser brought back in the fragment.
    pub struct ConsentParams {
        consent: ConsentReturn,
    }

    pub struct ConsentReturn {
        state: Secret<4096>,
        /// The code of the network. Absent if there is an `error`.
        code: Option<Secret<4096>>,
        /// The error of the network.
        #[schema(example = "")]
        error: Option<Text<255>>,
    }
}

/// Goes on even if the client does not wait for the answer, because the network may have ended older tokens already.
pub async fn update(
    session: Session,
    app: Data<App>,
    UniqueId(id): UniqueId,
    body: Body<ConsentParams>,
) -> Result<Answer<Named<FinishedConsent>>> {
    let ConsentReturn { state, code, error } = body.parameters.consent;
    let returned = returned(code, error.is_some())?;
    let redemption = Redemption {
        db: app.db.clone(),
        vault: app.vault(),
        clock: app.clock.clone(),
        pages: app.consents.clone(),
        session,
        id,
        state,
        returned,
    };
    rt::spawn(redemption.run()).await.map_err(Error::ours)??;
    show(session, app, UniqueId(id)).await
}

fn returned(code: Option<SecretString>, has_error: bool) -> Result<Returned> {
    match (code, has_error) {
        (_, true) => Ok(Returned::Error),
        (Some(code), false) => Ok(Returned::Code(code)),
        (None, false) => Err(Error::invalid("consent.code", "missing", "Missing parameter code")),
    }
}

pub async fn show(
    session: Session,
    app: Data<App>,
    UniqueId(id): UniqueId,
) -> Result<Answer<Named<FinishedConsent>>> {
    let (vault, networks) = (app.vault(), app.networks.clone());
    app.view(session, move |conn, viewer: &Viewer| {
        let finished = viewer.finished_consent(conn, &vault, id)?;
        let network = networks::find(&networks, &finished.provider).ok_or(Error::NotFound)?;
        Ok(answer::ok(Named::new(network, FinishedConsent::new(finished))))
    })
    .await
}
